import { framed } from "@rhumbline/event-sourcing/wire";
import { ReadResp } from "@rhumbline/proto/kurrent/streams";
import { expect, test } from "vitest";
import { eventBody, eventFrame } from "./event-frame.ts";
import { tombstoneRevision } from "./stream-index.ts";

const id = "5f6c1d5e-62a4-4d0a-9d7c-0f2b5b7f3a11";
const event = {
  id,
  type: "RouterCreated",
  contentType: "application/json",
  data: Buffer.from('{"name":"müritz"}'),
  metadata: Buffer.from('{"epoch":1}'),
};
const place = { stream: "router-1", revision: 3, position: 2_786_242, createdMs: 1_764_540_000_123 };

/** As the generated encoder has it. */
function generated(at: typeof place, written: typeof event): Buffer {
  const value = {
    event: {
      id: { value: { $case: "string", value: written.id } },
      streamIdentifier: { streamName: Buffer.from(at.stream) },
      streamRevision: at.revision,
      preparePosition: at.position,
      commitPosition: at.position,
      metadata: { type: written.type, created: `${at.createdMs}0000`, "content-type": written.contentType },
      customMetadata: written.metadata,
      data: written.data,
    },
    position: { $case: "commitPosition", value: at.position },
  } as const;
  return framed(ReadResp.encode({ content: { $case: "event", value } }).finish());
}

test.each([
  ["an event", place, event],
  ["the first of a stream, without metadata", { ...place, revision: 0 }, { ...event, metadata: Buffer.alloc(0) }],
  ["one that says nothing", place, { ...event, type: "", contentType: "", data: Buffer.alloc(0) }],
  ["the end of a stream", { ...place, revision: tombstoneRevision }, event],
  ["one far into a log", { ...place, position: Number.MAX_SAFE_INTEGER }, event],
  ["a large one", place, { ...event, data: Buffer.alloc(1 << 20, "x") }],
  ["one of long names", { ...place, stream: "ü".repeat(128) }, { ...event, type: "T".repeat(70_000) }],
])("%s has the frame that the protocol's own encoder makes", (_, at, written) => {
  expect(eventFrame(at, written).equals(generated(at, written))).toBe(true);
});

test("what is in a frame comes out of it", () => {
  expect(eventBody(eventFrame(place, event))).toEqual({ data: event.data, createdMs: place.createdMs });
});
