import { BatchAppendResp } from "@rhumbline/proto/kurrent/streams";
import { expect, test } from "vitest";
import { encodeAnswer } from "../server/handlers.ts";
import { success } from "./append.ts";
import { writtenAnswer } from "./written-answer.ts";

test.each([
  ["an append", 300, 2 ** 40 + 1],
  ["the first append to a stream", 0, 64],
  ["an append of nothing", -1, 0],
])("%s is answered in the bytes of the protocol's own encoder", (_, revision, position) => {
  const correlationId = "00000000-0000-0000-0000-000000001267";
  const streamName = Buffer.from("router-ü");
  const generated = encodeAnswer(BatchAppendResp, {
    correlationId: { value: { $case: "string", value: correlationId } },
    result: success(revision, position),
    streamIdentifier: { streamName },
  });
  expect(writtenAnswer(correlationId, streamName, { revision, position }).equals(generated)).toBe(true);
});
