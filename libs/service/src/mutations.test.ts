import { randomUUID } from "node:crypto";
import type { CompletedRequest, Fold, RequestKey } from "@rhumbline/event-sourcing";
import type { Call } from "@rhumbline/grpc";
import { GetSubnetRequest } from "@rhumbline/proto/rhumbline/ipam/v1/subnet_service";
import { beforeEach, expect, test } from "vitest";
import { createMutationHandler, type Done, type MutationCall } from "./mutations.ts";

interface Request {
  readonly requestId: string;
  readonly name: string;
}

/** What the log would remember of completed requests. */
const completed = new Map<string, CompletedRequest & { position: number }>();
const requests = { find: ({ id }: RequestKey) => completed.get(id) };
/** A run for each call of `run`, ended by the test. */
let runs: { call: MutationCall; done(done: Done): void; failed(error: Error): void }[];

beforeEach(() => {
  completed.clear();
  runs = [];
});

function handlerOf(writer: { epoch: number | undefined; afterCatchUp?: number }) {
  const handler = createMutationHandler({
    fold: { requests } as unknown as Fold<unknown>,
    follower: {
      catchUp: async () => {
        writer.epoch = writer.afterCatchUp;
        return 0;
      },
    },
    replica: { epoch: () => writer.epoch },
    forward: async () => "forwarded" as never,
  });
  return handler<Request, string>({
    run: (_request, call) => new Promise((done, failed) => runs.push({ call, done, failed })),
    answer: (resourceId, position) => `${resourceId} at ${position}`,
    rehearse: async () => "rehearsed",
  });
}

const requestSerialize = ({ name }: Request) => Buffer.from(GetSubnetRequest.encode({ ...blank, id: name }).finish());
const blank = GetSubnetRequest.fromPartial({});

function callOf(more: Partial<Call> = {}): Call {
  return {
    caller: { user: "u", projectId: "p", role: "admin" },
    method: "CreateThing",
    definition: { requestSerialize } as never,
    signal: new AbortController().signal,
    onCutShort: () => () => undefined,
    correlationId: "c",
    traceparent: undefined,
    forwarded: false,
    ...more,
  };
}

const done = { resourceId: "thing", position: 7 };

test("a repeated request joins the run under way, and another one under its id is refused", async () => {
  const handle = handlerOf({ epoch: 1 });
  const requestId = randomUUID();
  const answers = [handle({ requestId, name: "a" }, callOf()), handle({ requestId, name: "a" }, callOf())];
  await expect(handle({ requestId, name: "b" }, callOf())).rejects.toMatchObject({ reason: "REQUEST_ID_REUSED" });
  expect(runs).toHaveLength(1);
  runs[0]?.done(done);
  expect(await Promise.all(answers)).toEqual(["thing at 7", "thing at 7"]);
});

test("a repetition makes the same ids, another caller's request others", async () => {
  const handle = handlerOf({ epoch: 1 });
  const requestId = randomUUID();
  const ids: (string | undefined)[] = [];
  for (const user of ["u", "u", "other"]) {
    const answer = handle({ requestId, name: "a" }, callOf({ caller: { user, projectId: "p", role: "admin" } }));
    ids.push(runs.at(-1)?.call.newId("thing"));
    runs.at(-1)?.failed(new Error("died on the way"));
    await expect(answer).rejects.toThrow("died on the way");
  }
  expect(ids[0]).toBe(ids[1]);
  expect(ids[0]).not.toBe(ids[2]);
});

test("a caller whose time is over hears that the outcome is unknown; the run goes on, and may fail", async () => {
  const handle = handlerOf({ epoch: 1 });
  let cut = (): void => undefined;
  const onCutShort: Call["onCutShort"] = (listener) => {
    cut = listener;
    return () => undefined;
  };
  const request = { requestId: randomUUID(), name: "a" };
  const answer = handle(request, callOf({ onCutShort }));
  cut();
  await expect(answer).rejects.toMatchObject({ reason: "OUTCOME_UNKNOWN" });
  const again = handle(request, callOf());
  expect(runs).toHaveLength(1);
  runs[0]?.failed(new Error("the log is full"));
  await expect(again).rejects.toThrow("the log is full");
});

test("who was answered listens no longer whether his call is cut short", async () => {
  let listening = 0;
  const onCutShort = () => {
    listening += 1;
    return () => {
      listening -= 1;
    };
  };
  const answer = handlerOf({ epoch: 1 })({ requestId: "", name: "a" }, callOf({ onCutShort }));
  expect(listening).toBe(1);
  runs[0]?.done(done);
  await answer;
  expect(listening).toBe(0);
});

test("a failure that nobody waits for any more breaks nothing", async () => {
  const handle = handlerOf({ epoch: 1 });
  const onCutShort: Call["onCutShort"] = (listener) => {
    listener();
    return () => undefined;
  };
  const answer = handle({ requestId: "", name: "a" }, callOf({ onCutShort }));
  await expect(answer).rejects.toMatchObject({ reason: "OUTCOME_UNKNOWN" });
  runs[0]?.failed(new Error("too late to tell"));
  await new Promise((resolve) => setImmediate(resolve));
});

test("a replica that is not the writer passes the command on", async () => {
  expect(await handlerOf({ epoch: undefined })({ requestId: "", name: "a" }, callOf())).toBe("forwarded");
});

test("a replica that a command was passed on to looks in the log whether it is the writer by now", async () => {
  const handle = handlerOf({ epoch: undefined, afterCatchUp: 3 });
  const answer = handle({ requestId: "", name: "a" }, callOf({ forwarded: true }));
  await new Promise((resolve) => setImmediate(resolve));
  runs[0]?.done(done);
  expect(await answer).toBe("thing at 7");
});
