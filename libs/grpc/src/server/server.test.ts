import { status as Code } from "@grpc/grpc-js";
import { StateServiceService } from "@rhumbline/proto/rhumbline/service/v1/state_service";
import { createLogger } from "@rhumbline/telemetry";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { nobodyIsAsked, ownAccord } from "../access/caller.ts";
import type { Call } from "../call.ts";
import { type Channel, openChannel } from "../client.ts";
import { type GrpcServer, mount, startGrpcServer } from "../server.ts";
import { failureOf } from "../status.ts";

describe.each([
  ["each a request of its own", {}],
  ["exchanged on one stream", { exchangeAs: ownAccord("tester") }],
])("calls, %s", (_how, options) => {
  let server: GrpcServer;
  let channel: Channel;
  /** Calls that the handler was given, in their order. */
  let calls: Call[];
  let arrived: () => void;
  let arrival: Promise<void>;

  /** Answers when it is told to end, and not before. */
  const untilTold = (call: Call): Promise<never> =>
    new Promise((_, reject) => {
      calls.push(call);
      call.signal.addEventListener("abort", () => reject(call.signal.reason));
      arrived();
    });

  beforeEach(async () => {
    calls = [];
    arrival = new Promise((resolve) => {
      arrived = resolve;
    });
    const getServiceState = (_request: unknown, call: Call) => untilTold(call);
    const services = [mount(StateServiceService, { getServiceState, verifyState: getServiceState })];
    const log = createLogger("test", "error");
    server = await startGrpcServer({ listen: "127.0.0.1:0", services, authenticate: nobodyIsAsked, log });
    channel = openChannel(server.address, options);
    // The first call waits for the connection, however long it takes; the deadlines here are of the calls alone.
    await channel
      .unary({ ...StateServiceService.getServiceState, path: "/none" }, {}, { timeoutMs: 60_000 })
      .catch(failureOf);
  });
  afterEach(async () => {
    channel.close();
    await server.stop(0);
  });

  const call = (wish: { timeoutMs?: number; signal?: AbortSignal } = {}) =>
    channel
      .client(StateServiceService)
      .getServiceState({}, wish)
      .then(
        () => "answered",
        (error: unknown) => failureOf(error)?.code,
      );

  test("a handler is told to end by the caller's deadline", async () => {
    expect(await call({ timeoutMs: 2_000 })).toBe(Code.DEADLINE_EXCEEDED);
    expect(calls[0]?.signal.reason).toMatchObject({ code: Code.DEADLINE_EXCEEDED });
  });

  test("a handler is told when its caller hangs up", async () => {
    const hangUp = new AbortController();
    const ended = call({ signal: hangUp.signal });
    await arrival;
    const told = new Promise((resolve) => calls[0]?.signal.addEventListener("abort", resolve));
    hangUp.abort();
    expect(await ended).toBe(Code.CANCELLED);
    await told;
    expect(calls[0]?.signal.reason).toMatchObject({ code: Code.CANCELLED });
  });

  test("a caller that has hung up before its call is not waited for", async () => {
    expect(await call({ signal: AbortSignal.abort() })).toBe(Code.CANCELLED);
  });

  test("a server that stops gives calls under way their time, then tells them to end", async () => {
    const ended = call();
    await arrival;
    const stopped = server.stop(50);
    expect(calls[0]?.signal.aborted).toBe(false);
    expect(await ended).toBe(Code.UNAVAILABLE);
    await stopped;
  });

  test("many calls at once are no leak that Node.js would warn of", async () => {
    const warnings: string[] = [];
    const note = ({ message }: Error) => warnings.push(message);
    process.on("warning", note);
    try {
      const ended = Array.from({ length: 40 }, () => call());
      await vi.waitFor(() => expect(calls).toHaveLength(40), 20_000);
      await server.stop(0);
      expect(new Set(await Promise.all(ended))).toEqual(new Set([Code.UNAVAILABLE]));
      expect(warnings).toEqual([]);
    } finally {
      process.off("warning", note);
    }
  });
});
