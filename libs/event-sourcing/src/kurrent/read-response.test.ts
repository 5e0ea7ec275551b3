import { BinaryWriter } from "@bufbuild/protobuf/wire";
import { ReadResp } from "@rhumbline/proto/kurrent/streams";
import { expect, test } from "vitest";
import { dataJson } from "../data-json.ts";
import { isCaughtUp, readRecorded } from "./read-response.ts";

const at = { id: "6f9619ff-8b86-4d01-b42d-00cf4fc964ff", stream: "port-ä", revision: 300, position: 2 ** 40 + 1 };

function response(type: string, more: { data?: string; stream?: string } = {}): Buffer {
  const { data = '{"name":"ö"}', stream = at.stream } = more;
  const event = {
    id: { value: { $case: "string", value: at.id } },
    streamIdentifier: { streamName: Buffer.from(stream) },
    streamRevision: at.revision,
    preparePosition: at.position,
    commitPosition: at.position,
    metadata: { created: "17000000000000000", type, "content-type": "application/json" },
    customMetadata: Buffer.from('{"epoch":1}'),
    data: Buffer.from(data),
  } as const;
  const position = { $case: "commitPosition", value: at.position } as const;
  const content = { $case: "event", value: { event, position } } as const;
  return Buffer.from(ReadResp.encode({ content }).finish());
}

test("an event is read as it was written", () => {
  const event = { ...at, type: "PortCreated", data: { name: "ö" }, metadata: { epoch: 1 } };
  expect(readRecorded(response("PortCreated"))).toMatchObject(event);
  expect(readRecorded(response("PortCreated", { data: "" }))).toMatchObject({ ...event, data: undefined });
});

test("a message is read where it lies, whatever stands before and behind it", () => {
  const message = response("PortCreated");
  const bytes = Buffer.concat([response("PortDeleted"), message, response("PortBound")]);
  const start = response("PortDeleted").length;
  const event = { ...at, type: "PortCreated", data: { name: "ö" }, metadata: { epoch: 1 } };
  const found = readRecorded(bytes, start, start + message.length);
  expect(found).toMatchObject(event);
  expect(found && Buffer.from(dataJson(found)).toString()).toBe('{"name":"ö"}');
  expect(() => readRecorded(bytes, start, start + message.length - 1)).toThrow(/ends behind/);
});

test("who passes an event on gets its data as it was written", () => {
  const data = '{ "name": "ö",  "tags": [] }';
  const found = readRecorded(response("PortCreated", { data }));
  expect(found && Buffer.from(dataJson(found)).toString()).toBe(data);
  const parsed = { ...at, type: "PortCreated", data: { name: "ö" }, metadata: {} };
  expect(Buffer.from(dataJson(parsed)).toString()).toBe('{"name":"ö"}');
});

test("data that is no JSON is refused when it is asked for: what is not asked for stops nobody", () => {
  const found = readRecorded(response("PortCreated", { data: "{" }));
  expect(found?.metadata).toEqual({ epoch: 1 });
  expect(() => found?.data).toThrow(SyntaxError);
});

test("what this build does not know is passed over, of whatever kind it is", () => {
  const unknown = new BinaryWriter();
  unknown.uint32((90 << 3) | 0).uint64(2 ** 50);
  unknown.uint32((91 << 3) | 1).fixed64(7);
  unknown.uint32((92 << 3) | 2).string("something");
  unknown.uint32((93 << 3) | 5).fixed32(7);
  const bytes = Buffer.concat([unknown.finish(), response("PortCreated")]);
  expect(readRecorded(bytes)?.id).toBe(at.id);
});

test("the server's own events are none, and so is what is no event", () => {
  const value = { timestamp: undefined, streamRevision: undefined, position: undefined };
  const caughtUp = Buffer.from(ReadResp.encode({ content: { $case: "caughtUp", value } }).finish());
  expect(readRecorded(response("$metadata"))).toBeUndefined();
  expect(readRecorded(response("PortCreated", { stream: "$$port-1" }))).toBeUndefined();
  expect([readRecorded(caughtUp), isCaughtUp(caughtUp), isCaughtUp(response("PortCreated"))]).toEqual([
    undefined,
    true,
    false,
  ]);
});

test("bytes that end too early are refused, wherever they are cut", () => {
  const whole = response("PortCreated");
  for (let length = 1; length < whole.length; length += 1) {
    expect(() => readRecorded(whole.subarray(0, length))).toThrow(/ends behind/);
  }
});
