import { status as Code } from "@grpc/grpc-js";
import { NotFound } from "@rhumbline/event-sourcing";
import { GetServiceStateResponse, StateServiceService } from "@rhumbline/proto/rhumbline/service/v1/state_service";
import { createLogger } from "@rhumbline/telemetry";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Caller, ownAccord } from "../access/caller.ts";
import { authenticateHeaders } from "../access/headers.ts";
import type { Call } from "../call.ts";
import { type Channel, openChannel } from "../client.ts";
import { type GrpcServer, mount, startGrpcServer } from "../server.ts";
import { failureOf } from "../status.ts";

let server: GrpcServer;
let channel: Channel;
let calls: Call[];
/** Let go of by the test, in any order. */
let answers: ((position: number) => void)[];

const start = (listen: string): Promise<GrpcServer> => {
  const getServiceState = (_: unknown, call: Call) => {
    calls.push(call);
    return new Promise<GetServiceStateResponse>((resolve, reject) => {
      answers.push((position) => resolve(GetServiceStateResponse.fromPartial({ position })));
      call.signal.addEventListener("abort", () => reject(call.signal.reason));
    });
  };
  const verifyState = () => Promise.reject(new NotFound("network", "n1"));
  const services = [mount(StateServiceService, { getServiceState, verifyState })];
  return startGrpcServer({ listen, services, authenticate: authenticateHeaders, log: createLogger("test", "error") });
};

beforeEach(async () => {
  calls = [];
  answers = [];
  server = await start("127.0.0.1:0");
  channel = openChannel(server.address, { exchangeAs: ownAccord("tester") });
});
afterEach(async () => {
  channel.close();
  await server.stop(0);
});

const root: Caller = { user: "root", projectId: "p1", role: "admin" };
const client = () => channel.client(StateServiceService);
const arrived = async (count: number): Promise<void> => {
  while (calls.length < count) await new Promise((resolve) => setTimeout(resolve, 5));
};

test("calls are answered by their number, whichever is done first, each in its caller's name", async () => {
  const asked = ["alice", "bob", "carol"].map((user) =>
    client().getServiceState({}, { caller: { ...root, user }, correlationId: `of ${user}` }),
  );
  await arrived(3);
  expect(calls.map(({ caller, correlationId }) => [caller.user, correlationId])).toEqual([
    ["alice", "of alice"],
    ["bob", "of bob"],
    ["carol", "of carol"],
  ]);
  answers[2]?.(3);
  expect((await asked[2])?.position).toBe(3);
  answers[0]?.(1);
  answers[1]?.(2);
  expect((await Promise.all(asked)).map(({ position }) => position)).toEqual([1, 2, 3]);
});

test("a refusal arrives with its reason and facts", async () => {
  const failure = await client().verifyState({}, { caller: root }).catch(failureOf);
  expect(failure).toMatchObject({ code: Code.NOT_FOUND, reason: "NOT_FOUND", facts: { id: "n1" } });
});

test("what could be no header of HTTP is refused, and the others go on", async () => {
  const failure = await client().verifyState({}, { caller: root, correlationId: "two\nlines" }).catch(failureOf);
  expect(failure).toMatchObject({ reason: "INVALID_FIELD", violations: [{ field: "calls.metadata" }] });
  expect(await client().verifyState({}, { caller: root }).catch(failureOf)).toMatchObject({ reason: "NOT_FOUND" });
});

test("who is nobody, or no service, exchanges nothing", async () => {
  expect(await client().verifyState({}).catch(failureOf)).toMatchObject({ reason: "UNAUTHENTICATED" });
  const member = openChannel(server.address, { exchangeAs: { user: "alice", projectId: "p1", role: "member" } });
  const failure = await member.client(StateServiceService).verifyState({}, { caller: root }).catch(failureOf);
  expect(failure).toMatchObject({ code: Code.PERMISSION_DENIED, reason: "FORBIDDEN" });
  member.close();
});

test("what is not served is refused, and the others go on", async () => {
  const unknown = { ...StateServiceService.verifyState, path: "/rhumbline.service.v1.StateService/Forget" };
  expect(await channel.unary(unknown, {}, { caller: root }).catch(failureOf)).toMatchObject({
    code: Code.UNIMPLEMENTED,
  });
  expect(await client().verifyState({}, { caller: root }).catch(failureOf)).toMatchObject({ reason: "NOT_FOUND" });
});

test("a server that went fails what was under way, and the next call finds the one that came", async () => {
  const underWay = client()
    .getServiceState({}, { caller: root })
    .then(() => "answered", failureOf);
  await arrived(1);
  await server.stop(0);
  expect(await underWay).toMatchObject({ code: Code.UNAVAILABLE });
  server = await start(server.address);
  let reason: string | undefined;
  while (reason === undefined)
    reason = (
      (await client().verifyState({}, { caller: root, timeoutMs: 20_000 }).catch(failureOf)) as { reason?: string }
    ).reason;
  expect(reason).toBe("NOT_FOUND");
});

test("a server that stops answers the calls that have come", async () => {
  const underWay = client().getServiceState({}, { caller: root });
  await arrived(1);
  const stopped = server.stop(20_000);
  answers[0]?.(7);
  expect((await underWay).position).toBe(7);
  await stopped;
});
