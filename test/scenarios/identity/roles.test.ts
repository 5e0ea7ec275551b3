import type { DescField, DescMethod } from "@bufbuild/protobuf";
import { Metadata } from "@grpc/grpc-js";
import {
  authenticateHeaders,
  type Caller,
  type Channel,
  failureOf,
  type GrpcServer,
  mountNotBuilt,
  openChannel,
  policy,
  startGrpcServer,
} from "@rhumbline/grpc";
import { createLogger } from "@rhumbline/telemetry";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { callWithBytes, contractedServices } from "../../support/contracts.ts";

/** The least that a caller must be to reach a method's handler: written out again, so that the policy is not its own judge. */
const least: Readonly<Record<string, string>> = {
  ...forEach(
    "reader",
    ["Get", "List"],
    [
      "Network",
      "Subnet",
      "SubnetPool",
      "Port",
      "Router",
      "FloatingIp",
      "PortForwarding",
      "SecurityGroup",
      "AddressGroup",
      "Quota",
    ],
  ),
  ...forEach(
    "member",
    ["Create", "Update", "Delete"],
    [
      "Network",
      "Subnet",
      "SubnetPool",
      "Port",
      "Router",
      "FloatingIp",
      "PortForwarding",
      "SecurityGroup",
      "AddressGroup",
    ],
  ),
  "PortService.BindPort": "admin",
  "PortService.UnbindPort": "admin",
  "PortService.StartPortMove": "admin",
  "PortService.FinishPortMove": "admin",
  "PortService.AbortPortMove": "admin",
  "RouterService.AddRouterInterface": "member",
  "RouterService.RemoveRouterInterface": "member",
  "SecurityGroupService.EnsureDefaultSecurityGroup": "member",
  "SecurityGroupService.CreateSecurityGroupRule": "member",
  "SecurityGroupService.DeleteSecurityGroupRule": "member",
  "QuotaService.UpdateQuota": "admin",
  ...forEach("admin", ["Get", "List", "Delete"], ["Node"]),
  ...forEach("admin", ["Get", "List"], ["RouterBinding"]),
  "NodeService.CordonNode": "admin",
  "NodeService.UncordonNode": "admin",
  "NodeService.DrainNode": "admin",
  "RouterBindingService.MoveRouter": "admin",
  "RouterBindingService.ExplainPlacement": "admin",
  "RealisationService.AwaitRealised": "reader",
  "RealisationService.GetRealisation": "reader",
  "PortExplanationService.ExplainPort": "reader",
  "AuditService.Watch": "reader",
  "AuditService.ListEvents": "reader",
  "AuditService.GetRelayStatus": "admin",
  "CallService.ExchangeCalls": "service",
  "StateService.GetServiceState": "admin",
  "StateService.VerifyState": "admin",
  "AgentService.GetAgentStatus": "admin",
  "AgentService.GetObservedState": "admin",
  "AgentService.PlanDryRun": "admin",
  "AgentService.TracePacket": "admin",
  "AgentService.AdoptDesiredState": "admin",
  "AgentService.InspectKernel": "admin",
  "AgentService.SetHold": "admin",
  "NodeAgentService.GetNodeAgentStatus": "admin",
  "NodeAgentService.SetNodeHold": "admin",
  "NodeAgentService.AdoptNodeDesiredState": "admin",
  "VerificationService.VerifyDesiredState": "admin",
  "VerificationService.VerifyNode": "admin",
  "VerificationService.ListKernelObjects": "admin",
  "AllocationService.OpenScope": "service",
  "AllocationService.CloseScope": "service",
  "AllocationService.Allocate": "service",
  "AllocationService.Release": "service",
  "AllocationService.ListAllocations": "service",
};

function forEach(role: string, verbs: readonly string[], kinds: readonly string[]): Record<string, string> {
  const methods = kinds.flatMap((kind) =>
    verbs.map((verb) => `${kind}Service.${verb}${kind}${verb === "List" ? "s" : ""}`),
  );
  return Object.fromEntries(methods.map((method) => [method, role]));
}

const callers: Readonly<Record<string, Caller>> = {
  reader: { user: "rita", projectId: "p1", role: "reader" },
  member: { user: "alice", projectId: "p1", role: "member" },
  admin: { user: "root", projectId: "p0", role: "admin" },
  service: { user: "rita", projectId: "p1", role: "reader", service: "topology" },
};
/** Which of them reach a method of which this is the least. */
const reaching: Readonly<Record<string, readonly string[]>> = {
  reader: ["reader", "member", "admin", "service"],
  member: ["member", "admin"],
  admin: ["admin"],
  service: ["admin", "service"],
};

/** The event log speaks KurrentDB's protocol and asks nobody: only services reach it. */
const services = contractedServices.filter(({ typeName }) => !typeName.startsWith("rhumbline.eventlog."));
const methods = services.flatMap((service) => service.methods);
/** Every server has this one, whatever else it serves. */
const exchange = "rhumbline.service.v1.CallService";
const nameOf = ({ parent, name }: DescMethod): string => `${parent.name}.${name}`;

let server: GrpcServer;
let channel: Channel;

beforeAll(async () => {
  const others = services.filter(({ typeName }) => typeName !== exchange);
  const mounted = others.map(({ methods: all, typeName }) =>
    mountNotBuilt(
      Object.fromEntries(
        all.map(({ name, methodKind }) => [
          name,
          {
            path: `/${typeName}/${name}`,
            requestStream: methodKind === "client_streaming",
            responseStream: false,
            requestSerialize: (value: Buffer) => value,
            requestDeserialize: (value: Buffer) => value,
            responseSerialize: (value: Buffer) => value,
            responseDeserialize: (value: Buffer) => value,
          },
        ]),
      ),
    ),
  );
  const log = createLogger("test", "error");
  server = await startGrpcServer({ listen: "127.0.0.1:0", services: mounted, authenticate: authenticateHeaders, log });
  channel = openChannel(server.address);
});
afterAll(async () => {
  channel.close();
  await server.stop(0);
});

async function reasonFor(method: DescMethod, caller: Caller | undefined): Promise<string | undefined> {
  try {
    await callWithBytes(channel, method, new Uint8Array(), 20_000, caller);
    return undefined;
  } catch (error) {
    return failureOf(error)?.reason ?? String(error);
  }
}

test("the policy has a row for every method of every service, and none for what is no method", () => {
  const rows = Object.keys(policy).filter((action) => /^\w+Service\./.test(action));
  expect(rows.sort()).toEqual(methods.map(nameOf).sort());
  expect(Object.keys(least).sort()).toEqual(methods.map(nameOf).sort());
});

test("a field that the policy names is a field of the resource", () => {
  const messages = new Map(
    methods
      .flatMap(({ input }) => input.fields)
      .flatMap(({ message, name }) => (message ? [[name, message] as const] : [])),
  );
  for (const action of Object.keys(policy)) {
    const [resource = "", ...path] = action.split(".");
    let message = messages.get(resource);
    if (message === undefined) continue;
    for (const name of path) {
      const field: DescField | undefined = message?.fields.find((one) => one.name === name);
      expect(field, action).toBeDefined();
      message = field?.message;
    }
  }
});

describe.each(methods.map((method) => [nameOf(method), method] as const))("%s", (name, method) => {
  test("asks who calls, and lets through who may", async () => {
    expect(await reasonFor(method, undefined)).toBe("UNAUTHENTICATED");
    for (const [who, caller] of Object.entries(callers)) {
      const through = reaching[least[name] ?? ""]?.includes(who);
      const answer = method.parent.typeName === exchange ? undefined : "NOT_BUILT";
      expect([who, await reasonFor(method, caller)]).toEqual([who, through ? answer : "FORBIDDEN"]);
    }
  });
});

test.each([
  { "x-user-id": "a b", "x-project-id": "p1", "x-roles": "admin" },
  { "x-user-id": "root", "x-project-id": "p1,p2", "x-roles": "admin" },
  { "x-user-id": "root", "x-project-id": "p1", "x-roles": ",,admins," },
  { "x-user-id": "root", "x-project-id": "x".repeat(300), "x-roles": "admin" },
  { "X-Auth-Token": "secret" },
])("garbage in the headers is refused, and says what would be accepted: %j", async (headers) => {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) metadata.set(name, value);
  const raw = (value: Buffer): Buffer => value;
  const path = "/rhumbline.topology.v1.NetworkService/ListNetworks";
  const method = {
    path,
    requestStream: false,
    responseStream: false,
    requestSerialize: raw,
    requestDeserialize: raw,
    responseSerialize: raw,
    responseDeserialize: raw,
  };
  const failure = await channel.unary(method, Buffer.alloc(0), { metadata }).then(() => undefined, failureOf);
  expect(failure).toMatchObject({ code: 16, reason: "UNAUTHENTICATED" });
  expect(failure?.message).toContain("x-user-id, x-project-id, x-roles must say who calls");
});
