import { framed } from "@rhumbline/event-sourcing/wire";
import { expect, test } from "vitest";
import { grpcStatus } from "./grpc-status.ts";
import { RequestCutter } from "./request-cutter.ts";

function cut(bytes: Buffer): string[] {
  const cutter = new RequestCutter();
  const messages: string[] = [];
  cutter.cut(bytes, (message) => messages.push(message.toString()));
  cutter.end();
  return messages;
}
const said = framed(Buffer.from("said"));

test("whole messages are taken, and one that is cut short is refused", () => {
  expect(cut(Buffer.concat([said, said]))).toEqual(["said", "said"]);
  expect(() => cut(said.subarray(0, 7))).toThrow(expect.objectContaining({ code: grpcStatus.invalidArgument }));
});

test("a compressed message is refused, and one over the limit as soon as it says so", () => {
  const prefixed = (...prefix: number[]) => Buffer.concat([said, Buffer.from(prefix)]);
  expect(() => cut(prefixed(1, 0, 0, 0, 1))).toThrow(expect.objectContaining({ code: grpcStatus.unimplemented }));
  expect(() => cut(prefixed(0, 2, 0, 0, 1))).toThrow("a message of 33554433 bytes is over the limit of 33554432");
});
