import { BatchAppendReq } from "@rhumbline/proto/kurrent/streams";
import { expect, test } from "vitest";
import type { StreamAppend } from "../event-store.ts";
import { batchRequest, clockSkewMs } from "./batch-request.ts";

const id = "5f6c1d5e-62a4-4d0a-9d7c-0f2b5b7f3a11";
const event = (data: unknown) => ({ id, type: "RouterCreated", data, metadata: { epoch: 1 } });
const sent = (...appends: StreamAppend[]): BatchAppendReq[] =>
  batchRequest(4711, appends).map((message) => {
    expect([message[0], message.readUInt32BE(1)]).toEqual([0, message.length - 5]);
    return BatchAppendReq.decode(message.subarray(5));
  });

test("an append is a message that the protocol's own decoder reads", () => {
  const before = Date.now();
  const [request, ...others] = sent({
    stream: "router-mü",
    expected: 300,
    events: [event({ name: "mürıtz €" }), { ...event(undefined), metadata: undefined }],
  });
  expect(others).toEqual([]);
  expect(request?.correlationId?.value?.value).toBe("00000000-0000-0000-0000-000000001267");
  expect(request?.isFinal).toBe(true);
  const { streamIdentifier, expectedStreamRevision, deadlineOption } = request?.options ?? {};
  expect(streamIdentifier?.streamName.toString()).toBe("router-mü");
  expect(expectedStreamRevision).toEqual({ $case: "revision", value: 300 });
  const deadlineMs = deadlineOption?.$case === "deadline21100" ? deadlineOption.value.getTime() : 0;
  expect(Math.abs(deadlineMs - before - clockSkewMs)).toBeLessThan(clockSkewMs / 2);
  const about = { type: "RouterCreated", "content-type": "application/json" };
  const texts = request?.proposedMessages.map(({ data, customMetadata, metadata, id: uuid }) => [
    data.toString(),
    customMetadata.toString(),
    metadata,
    uuid?.value?.value,
  ]);
  expect(texts).toEqual([
    ['{"name":"mürıtz €"}', '{"epoch":1}', about, id],
    ["", "", about, id],
  ]);
});

test.each([
  [0, { $case: "revision", value: 0 }],
  ["any", { $case: "any", value: {} }],
  ["no-stream", { $case: "noStream", value: {} }],
] as const)("what is expected of the stream is said: %s", (expected, wire) => {
  expect(sent({ stream: "router-1", expected, events: [] })[0]?.options?.expectedStreamRevision).toEqual(wire);
});

test("what is too large for one message comes in several, of which the first names the stream and the last is the last", () => {
  const large = event({ text: "x".repeat(600_000) });
  const requests = sent({ stream: "router-1", expected: "any", events: [large, large, event({})] });
  expect(requests.map(({ proposedMessages }) => proposedMessages.length)).toEqual([1, 2]);
  expect(requests.map(({ options }) => options !== undefined)).toEqual([true, false]);
  expect(requests.map(({ isFinal }) => isFinal)).toEqual([false, true]);
});

test("appends to several streams are one behind the other, and one request", () => {
  const requests = sent(
    { stream: "port-1", expected: "no-stream", events: [event({})] },
    { stream: "router-1", expected: 2, events: [event({})] },
  );
  expect(requests.map(({ options }) => options?.streamIdentifier?.streamName.toString())).toEqual([
    "port-1",
    "router-1",
  ]);
  expect(requests.map(({ correlationId }) => correlationId)).toEqual([
    requests[1]?.correlationId,
    requests[0]?.correlationId,
  ]);
  expect(requests.map(({ isFinal }) => isFinal)).toEqual([false, true]);
});
