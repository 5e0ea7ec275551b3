import { ReadResp } from "@rhumbline/proto/kurrent/streams";
import fc from "fast-check";
import { expect, test } from "vitest";
import { eventFrame } from "./event-frame.ts";

const bytes = fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.uint8Array({ minLength: 120, maxLength: 20_000 }));
const text = fc.string({ unit: "grapheme", maxLength: 200 });
const place = fc.record({
  stream: text.filter((name) => name !== ""),
  revision: fc.oneof(fc.constantFrom(0, 127, 128, 16_383, 16_384), fc.maxSafeNat()),
  position: fc.oneof(fc.constantFrom(64, 127, 128, 2 ** 32 - 1, 2 ** 32), fc.maxSafeNat()).filter((at) => at > 0),
  createdMs: fc.nat({ max: 4e12 }),
});
const event = fc.record({
  id: fc.uuid(),
  type: text.filter((type) => type !== ""),
  contentType: fc.constantFrom("application/json", "application/octet-stream"),
  data: bytes.map((each) => Buffer.from(each)),
  metadata: bytes.map((each) => Buffer.from(each)),
});

test("an event's frame is what the generated encoder makes of it", () => {
  fc.assert(
    fc.property(place, event, (at, proposed) => {
      const framed = eventFrame(at, proposed);
      expect(framed.readUInt8(0)).toBe(0);
      expect(framed.readUInt32BE(1)).toBe(framed.length - 5);
      expect(framed.subarray(5).equals(Buffer.from(encoded(at, proposed)))).toBe(true);
    }),
    { numRuns: 500 },
  );
});

function encoded(...[at, proposed]: Parameters<typeof eventFrame>): Uint8Array {
  const recorded = {
    id: { value: { $case: "string", value: proposed.id } },
    streamIdentifier: { streamName: Buffer.from(at.stream) },
    streamRevision: at.revision,
    preparePosition: at.position,
    commitPosition: at.position,
    metadata: { type: proposed.type, created: `${at.createdMs}0000`, "content-type": proposed.contentType },
    customMetadata: proposed.metadata,
    data: proposed.data,
  } as const;
  const position = { $case: "commitPosition", value: at.position } as const;
  return ReadResp.encode({ content: { $case: "event", value: { event: recorded, position } } }).finish();
}
