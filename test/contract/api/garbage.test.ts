import { randomUUID } from "node:crypto";
import type { DescMessage, DescMethod } from "@bufbuild/protobuf";
import { status as Code } from "@grpc/grpc-js";
import { failureOf } from "@rhumbline/grpc";
import { CreateNetworkRequest, NetworkServiceService } from "@rhumbline/proto/rhumbline/topology/v1/network_service";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { anyMessage } from "../../support/any-message.ts";
import { callWithBytes, contractedServices } from "../../support/contracts.ts";
import { type ControlPlane, startControlPlane } from "../../support/control-plane.ts";
import { createSubnet } from "../../support/ipam-commands.ts";
import { untilWriter } from "../../support/replica-state.ts";
import type { ServiceProcess } from "../../support/service-process.ts";

/** Which process serves a package of contracts. */
const processOf: Readonly<Record<string, readonly string[]>> = {
  "rhumbline.ipam.v1": ["ipam"],
  "rhumbline.topology.v1": ["topology"],
  "rhumbline.scheduler.v1": ["router-scheduler"],
  "rhumbline.audit.v1": ["audit"],
  "rhumbline.service.v1": ["ipam", "topology", "router-scheduler"],
};
/** Calls that end when something happens, or never. */
const waiting = ["AwaitRealised", "Watch"];
/** With nothing to say wrong there is little to try; what waits takes its time. */
const runsOf = ({ name, input }: DescMethod): number =>
  input.fields.length === 0 ? 2 : waiting.includes(name) ? 20 : 60;
/** The same messages in every run: what they find shall be found again. */
const effort = Number(process.env["RHUMBLINE_TEST_EFFORT"] ?? 1);
const seed = Number(process.env["RHUMBLINE_TEST_SEED"] ?? 1);

const served = contractedServices.flatMap((service) =>
  (processOf[service.file.proto.package] ?? []).map((process) => [process, service] as const),
);

let plane: ControlPlane;
const known: string[] = [randomUUID()];

beforeAll(async () => {
  plane = await startControlPlane();
  for (const name of ["ipam", "topology", "router-scheduler"]) await untilWriter(plane.service(name));
  const networks = plane.service("topology").channel.client(NetworkServiceService);
  const { network } = await networks.createNetwork(CreateNetworkRequest.fromPartial({ network: { name: "n" } }));
  const networkId = network?.id ?? "";
  const { subnet } = await createSubnet(plane.service("ipam"), { networkId, cidr: "10.0.0.0/24" });
  known.push(networkId, subnet?.id ?? "");
});
afterAll(() => plane.stop());

/** How a call with these bytes ended; undefined when it was answered. */
async function failureWith(process: ServiceProcess, method: DescMethod, bytes: Uint8Array) {
  try {
    await callWithBytes(process.channel, method, bytes, waiting.includes(method.name) ? 500 : 20_000);
    return undefined;
  } catch (error) {
    return failureOf(error) ?? Promise.reject(error);
  }
}

/** Whether a violation's path leads to a field of the message: "subnet.allocation_pools[0].first". */
function names(path: string, kind: DescMessage): boolean {
  if (path === "(request)") return true;
  const [head = "", ...rest] = path.replace(/\[[^\]]*\]/g, "").split(".");
  const field = kind.fields.find(({ name }) => name === head);
  if (field === undefined) return false;
  return rest.length === 0 || (field.message !== undefined && names(rest.join("."), field.message));
}

describe.each(served.map(([process, service]) => [process, service.typeName, service] as const))(
  "%s, %s",
  (process, _name, service) => {
    describe.each(service.methods.map((method) => [method.name, method] as const))("%s", (_method, method) => {
      test("bytes that are no message are refused as such", async () => {
        // A length-delimited field 1 that promises more than there is.
        const failure = await failureWith(plane.service(process), method, Uint8Array.of(0x0a, 0x7f, 0x01));
        expect(failure).toMatchObject({ code: Code.INVALID_ARGUMENT, violations: [{ field: "(request)" }] });
      });

      test("random bytes and strange messages are answered or refused for a reason", async () => {
        const message = fc.oneof(
          { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }) },
          { weight: 4, arbitrary: anyMessage(method.input, known) },
        );
        const examples: [Uint8Array][] = [[new Uint8Array()]];
        await fc.assert(
          fc.asyncProperty(message, async (bytes) => {
            const failure = await failureWith(plane.service(process), method, bytes);
            if (failure === undefined) return;
            const { code, reason, violations } = failure;
            if (waiting.includes(method.name) && code === Code.DEADLINE_EXCEEDED) return;
            expect({ code, reason }).not.toMatchObject({ code: Code.INTERNAL });
            expect({ code, reason }).toMatchObject({ reason: expect.any(String) });
            if (code !== Code.INVALID_ARGUMENT || reason === "REQUEST_ID_REUSED") return;
            expect(violations).not.toEqual([]);
            for (const { field } of violations) expect(names(field, method.input), field).toBe(true);
          }),
          { numRuns: runsOf(method) * effort, examples, seed },
        );
      });
    });
  },
);

test("no service calls any of it a failure of its own", () => {
  for (const { logLines } of plane.services.values()) {
    expect(logLines.filter(({ level }) => level === "error")).toEqual([]);
  }
});
