import { expect, test } from "vitest";
import { LogUnavailable } from "../event-store-errors.ts";
import { framed, MessageCutter } from "./grpc-frames.ts";

const messages = ["one", "", "a longer one", "x".repeat(300), "", "last"];
const body = Buffer.concat(messages.map((message) => framed(Buffer.from(message))));

function cutInto(chunks: readonly Buffer[]): string[] {
  const cutter = new MessageCutter();
  const found: string[] = [];
  for (const chunk of chunks) cutter.cut(chunk, (message) => found.push(message.toString()));
  return found;
}

test("messages are the same wherever a body is cut into chunks", () => {
  for (let size = 1; size <= body.length; size += 1) {
    const count = Math.ceil(body.length / size);
    const chunks = Array.from({ length: count }, (_, at) => body.subarray(at * size, (at + 1) * size));
    expect(cutInto(chunks)).toEqual(messages);
  }
});

test("a message that has not ended is none yet", () => {
  expect(cutInto([body.subarray(0, body.length - 1)])).toEqual(messages.slice(0, -1));
});

test("a compressed message is refused, wherever it begins", () => {
  const compressed = Buffer.concat([body, Buffer.from([1, 0, 0, 0, 1, 65])]);
  for (let at = 0; at <= body.length; at += 1)
    expect(() => cutInto([compressed.subarray(0, at), compressed.subarray(at)])).toThrow(LogUnavailable);
});
