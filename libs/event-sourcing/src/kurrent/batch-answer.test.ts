import { BatchAppendResp } from "@rhumbline/proto/kurrent/streams";
import { expect, test } from "vitest";
import { readBatchAnswer } from "./batch-answer.ts";

const text = { value: { $case: "string", value: "00000000-0000-0000-0000-000000001267" } } as const;
const twoNumbers = {
  value: { $case: "structured", value: { mostSignificantBits: 0, leastSignificantBits: 4711 } },
} as const;
const streamIdentifier = { streamName: Buffer.from("router-ü") };
const read = (answer: BatchAppendResp) => readBatchAnswer(Buffer.from(BatchAppendResp.encode(answer).finish()));
const taken = (revision: number, position: number): BatchAppendResp["result"] => ({
  $case: "success",
  value: {
    currentRevisionOption: { $case: "currentRevision", value: revision },
    positionOption: { $case: "position", value: { commitPosition: position, preparePosition: position } },
  },
});

test.each([
  ["as text", text],
  ["as two numbers", twoNumbers],
])("an append that was taken, whose number comes %s", (_, correlationId) => {
  expect(read({ correlationId, result: taken(300, 2 ** 40 + 1), streamIdentifier })).toEqual({
    number: 4711,
    stream: "router-ü",
    outcome: { appended: { revision: 300, position: 2 ** 40 + 1 } },
  });
});

test("the first event of a stream has revision 0, and a stream without any has none", () => {
  expect(read({ correlationId: text, result: taken(0, 64), streamIdentifier }).outcome).toEqual({
    appended: { revision: 0, position: 64 },
  });
  const none = { currentRevisionOption: { $case: "noStream", value: {} } } as const;
  const value = { ...none, positionOption: { $case: "noPosition", value: {} } } as const;
  expect(read({ correlationId: text, result: { $case: "success", value }, streamIdentifier }).outcome).toEqual({
    appended: { revision: -1, position: 0 },
  });
});

test("a refusal is there with its details", () => {
  const details = { typeUrl: "type.googleapis.com/event_store.client.Timeout", value: Buffer.from("x") };
  const refused = { code: 4, message: "late", details };
  const { number, outcome } = read({
    correlationId: text,
    result: { $case: "error", value: refused },
    streamIdentifier: undefined,
  });
  expect([number, outcome]).toEqual([4711, { refused }]);
});

test("fields that nobody knows yet are passed over", () => {
  const bytes = BatchAppendResp.encode({ correlationId: text, result: taken(1, 2), streamIdentifier }).finish();
  const more = Buffer.from([0x7a, 1, 9, 0x78, 0x80, 1, 0x7d, 0, 0, 0, 0, 0x79, 0, 0, 0, 0, 0, 0, 0, 0]);
  expect(readBatchAnswer(Buffer.concat([more, bytes, more]))).toEqual(readBatchAnswer(Buffer.from(bytes)));
});

test("what says nothing is of no append, and what is cut short is no answer", () => {
  expect(readBatchAnswer(Buffer.alloc(0))).toEqual({ number: Number.NaN, stream: undefined, outcome: undefined });
  const bytes = BatchAppendResp.encode({ correlationId: text, result: taken(1, 2), streamIdentifier }).finish();
  expect(() => readBatchAnswer(Buffer.from(bytes).subarray(0, bytes.length - 1))).toThrow();
});
