import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DescMethod } from "@bufbuild/protobuf";
import { status as Code } from "@grpc/grpc-js";
import { failureOf } from "@rhumbline/grpc";
import { CreateNetworkRequest, NetworkServiceService } from "@rhumbline/proto/rhumbline/topology/v1/network_service";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { callWithBytes, contractedServices } from "../../support/contracts.ts";
import { type ControlPlane, startControlPlane } from "../../support/control-plane.ts";
import { expectAnsweredOrRefused, garbageFor, noMessage, refusalOfNoMessage } from "../../support/garbage.ts";
import { createSubnet } from "../../support/ipam-commands.ts";
import { untilWriter } from "../../support/replica-state.ts";
import { type ServiceProcess, startService } from "../../support/service-process.ts";

/** Which process serves a package of contracts. */
const processOf: Readonly<Record<string, readonly string[]>> = {
  "rhumbline.ipam.v1": ["ipam"],
  "rhumbline.topology.v1": ["topology"],
  "rhumbline.scheduler.v1": ["router-scheduler"],
  "rhumbline.audit.v1": ["audit"],
  "rhumbline.eventlog.v1": ["event-log"],
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
/** One that has nothing yet: where there are events, no copy to restore is even looked at. */
let emptyLog: ServiceProcess;
let emptyLogData: string;
const processNamed = (name: string): ServiceProcess => (name === "event-log" ? emptyLog : plane.service(name));
const known: string[] = [randomUUID()];

beforeAll(async () => {
  emptyLogData = await mkdtemp(join(tmpdir(), "rhumbline-garbage-"));
  [plane, emptyLog] = await Promise.all([startControlPlane(), startService("event-log", ["--data", emptyLogData])]);
  for (const name of ["ipam", "topology", "router-scheduler"]) await untilWriter(plane.service(name));
  const networks = plane.service("topology").channel.client(NetworkServiceService);
  const { network } = await networks.createNetwork(CreateNetworkRequest.fromPartial({ network: { name: "n" } }));
  const networkId = network?.id ?? "";
  const { subnet } = await createSubnet(plane.service("ipam"), { networkId, cidr: "10.0.0.0/24" });
  known.push(networkId, subnet?.id ?? "");
});
afterAll(async () => {
  await plane.stop();
  await rm(emptyLogData, { recursive: true });
});

/** How a call with these bytes ended; undefined when it was answered. */
async function failureWith(process: ServiceProcess, method: DescMethod, bytes: Uint8Array) {
  try {
    await callWithBytes(process.channel, method, bytes, waiting.includes(method.name) ? 500 : 20_000);
    return undefined;
  } catch (error) {
    return failureOf(error) ?? Promise.reject(error);
  }
}

describe.each(served.map(([process, service]) => [process, service.typeName, service] as const))(
  "%s, %s",
  (process, _name, service) => {
    describe.each(service.methods.map((method) => [method.name, method] as const))("%s", (_method, method) => {
      test("bytes that are no message are refused as such", async () => {
        expect(await failureWith(processNamed(process), method, noMessage)).toMatchObject(refusalOfNoMessage);
      });

      test("random bytes and strange messages are answered or refused for a reason", async () => {
        const examples: [Uint8Array][] = [[new Uint8Array()]];
        await fc.assert(
          fc.asyncProperty(garbageFor(method, known), async (bytes) => {
            const failure = await failureWith(processNamed(process), method, bytes);
            if (waiting.includes(method.name) && failure?.code === Code.DEADLINE_EXCEEDED) return;
            expectAnsweredOrRefused(method, failure);
          }),
          { numRuns: runsOf(method) * effort, examples, seed },
        );
      });
    });
  },
);

test("no service calls any of it a failure of its own", () => {
  for (const { logLines } of [...plane.services.values(), emptyLog]) {
    expect(logLines.filter(({ level }) => level === "error")).toEqual([]);
  }
});
