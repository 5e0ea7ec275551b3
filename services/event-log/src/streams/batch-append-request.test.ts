import { BatchAppendReq } from "@rhumbline/proto/kurrent/streams";
import { expect, test } from "vitest";
import { batchAppendRequest } from "./batch-append-request.ts";

const uuid = (value: string) => ({ value: { $case: "string", value } }) as const;
const id = uuid("5f6c1d5e-62a4-4d0a-9d7c-0f2b5b7f3a11");
const message = {
  id,
  metadata: { type: "RouterCreated", "content-type": "application/json", müritz: "" },
  customMetadata: Buffer.from('{"epoch":1}'),
  data: Buffer.from('{"name":"müritz"}'),
};
const options = {
  streamIdentifier: { streamName: Buffer.from("router-ü") },
  expectedStreamRevision: { $case: "revision", value: 2 ** 40 },
  deadlineOption: { $case: "deadline", value: { seconds: 2, nanos: 5 } },
} as const;

test.each<[string, BatchAppendReq]>([
  ["a whole append", { correlationId: id, options, proposedMessages: [message, message], isFinal: true }],
  ["one that goes on", { correlationId: id, options: undefined, proposedMessages: [message], isFinal: false }],
  ["one of nothing", { correlationId: id, options, proposedMessages: [], isFinal: true }],
  [
    "what says nothing",
    {
      correlationId: undefined,
      options: undefined,
      proposedMessages: [{ id: undefined, metadata: {}, customMetadata: Buffer.alloc(0), data: Buffer.alloc(0) }],
      isFinal: false,
    },
  ],
])("%s is read as the protocol's own decoder reads it", (_, request) => {
  const bytes = Buffer.from(BatchAppendReq.encode(request).finish());
  expect(batchAppendRequest.decode(bytes)).toEqual(BatchAppendReq.decode(bytes));
});

test.each<[string, Partial<BatchAppendReq["options"] & object>]>([
  ["revision 0", { expectedStreamRevision: { $case: "revision", value: 0 } }],
  ["no stream", { expectedStreamRevision: { $case: "noStream", value: {} } }],
  ["any revision", { expectedStreamRevision: { $case: "any", value: {} } }],
  ["a stream", { expectedStreamRevision: { $case: "streamExists", value: {} } }],
  ["nothing", { expectedStreamRevision: undefined, deadlineOption: undefined, streamIdentifier: undefined }],
  ["a time of day", { deadlineOption: { $case: "deadline21100", value: new Date(1_764_540_000_123) } }],
])("options that ask for %s are read as the protocol's own decoder reads them", (_, asked) => {
  const request = { correlationId: id, options: { ...options, ...asked }, proposedMessages: [], isFinal: true };
  const bytes = Buffer.from(BatchAppendReq.encode(request).finish());
  expect(batchAppendRequest.decode(bytes)).toEqual(BatchAppendReq.decode(bytes));
});

test("a deadline below zero has passed", () => {
  const deadlineOption = { $case: "deadline", value: { seconds: -5, nanos: 0 } } as const;
  const request = { correlationId: id, options: { ...options, deadlineOption }, proposedMessages: [], isFinal: true };
  const read = batchAppendRequest.decode(Buffer.from(BatchAppendReq.encode(request).finish())).options?.deadlineOption;
  expect(read?.$case === "deadline" && read.value.seconds <= 0).toBe(true);
});

test("fields that nobody knows yet are passed over", () => {
  const bytes = Buffer.from(
    BatchAppendReq.encode({ correlationId: id, options, proposedMessages: [message], isFinal: true }).finish(),
  );
  const more = Buffer.from([0x7a, 3, 1, 2, 3, 0x78, 0x80, 1, 0x7d, 0, 0, 0, 0, 0x79, 0, 0, 0, 0, 0, 0, 0, 0]);
  expect(batchAppendRequest.decode(Buffer.concat([more, bytes, more]))).toEqual(BatchAppendReq.decode(bytes));
});

test("a message that is cut short is none, wherever that is", () => {
  const bytes = Buffer.from(
    BatchAppendReq.encode({ correlationId: id, options, proposedMessages: [message], isFinal: true }).finish(),
  );
  expect(() => batchAppendRequest.decode(bytes.subarray(0, 20))).toThrow();
  expect(() => batchAppendRequest.decode(bytes.subarray(0, bytes.length - 3))).toThrow();
  expect(() => batchAppendRequest.decode(Buffer.from([0x08, 1]))).toThrow();
});
