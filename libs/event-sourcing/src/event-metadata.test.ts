import { expect, test } from "vitest";
import type { EventMetadata } from "./event.ts";
import { metadataOf } from "./event-metadata.ts";
import { DeliveredEvent } from "./kurrent/delivered-event.ts";

const request = { id: "r", projectId: "p", caller: "admin", method: "CreatePort", hash: "ab", resourceId: "port" };
const plain: EventMetadata = {
  ...{ $correlationId: "c", $causationId: "b", service: "ipam", epoch: 7, timeMs: 1_700_000_000_000 },
  ...{ actor: "admin", projectId: "p" },
};
const traced = { ...plain, traceparent: "00-4bf9-00f0-01" };

const uuid = "6f9619ff-8b86-4d01-b42d-00cf4fc964ff";
/** Without its first field. */
const rest = JSON.stringify(plain).slice('{"$correlationId":"c"'.length);

const kinds: [string, string][] = [
  ["as a service writes it", JSON.stringify(plain)],
  ["that completes a request", JSON.stringify({ ...plain, request })],
  ["with a trace", JSON.stringify(traced)],
  ["with a trace, that completes a request", JSON.stringify({ ...traced, request })],
  ["whose actor needs escapes", JSON.stringify({ ...plain, actor: '"epoch":9,"timeMs":1,' })],
  ["whose request needs escapes", JSON.stringify({ ...plain, request: { ...request, caller: '"}' } })],
  ["in another order", JSON.stringify(Object.fromEntries(Object.entries(plain).reverse()))],
  ["with blanks", JSON.stringify({ ...plain, request }, undefined, 1)],
  ["with more", JSON.stringify({ ...plain, other: { epoch: 9 } })],
  ["with the same field again", `${JSON.stringify(plain).slice(0, -1)},"epoch":9}`],
  ["with other letters", JSON.stringify({ ...plain, actor: "Zoë" })],
  ["with an epoch of many digits", JSON.stringify(plain).replace(":7,", ":9007199254740993000,")],
  ["with an epoch below zero", JSON.stringify({ ...plain, epoch: -1 })],
  ["with numbers that are texts", JSON.stringify({ ...plain, epoch: "7" })],
  ["of UUIDs", JSON.stringify({ ...plain, $correlationId: uuid, $causationId: uuid, projectId: uuid })],
  ["whose id has a quote where a UUID ends", JSON.stringify({ ...plain, $correlationId: `${uuid.slice(1)}"` })],
  [
    "whose id pretends to end there",
    JSON.stringify({ ...plain, $correlationId: `${uuid.slice(1)}","$causationId":"` }),
  ],
  ["with more where a UUID would lie", `{"$correlationId":"c","other":{"text":"${"x".repeat(16)}"}${rest}`],
  ["with more inside where a UUID would lie", `{"$correlationId":"c","other":{"text":"${"x".repeat(16)}"${rest}}`],
  ["with the epoch where a UUID would lie", `{"$correlationId":"c","epoch":8,"more":"${"x".repeat(15)}"${rest}`],
  ["with more behind a trace", JSON.stringify({ ...traced, other: 1 })],
  ["whose request holds an object", JSON.stringify({ ...plain, request: { ...request, more: {} } })],
];

test.each(kinds)("metadata %s says the same, whether it is parsed or looked at", (_, metadataText) => {
  const metadata = JSON.parse(metadataText) as EventMetadata;
  const { epoch, timeMs, actor, projectId, service, $causationId, $correlationId, traceparent, request } = metadataOf(
    deliveredWith(metadataText),
  );
  const found = { epoch, timeMs, actor, projectId, service, $causationId, $correlationId, traceparent, request };
  const expected = { traceparent: undefined, request: undefined, ...metadata };
  expect({ ...expected, ...found }).toEqual(expected);
});

test("metadata that is cut off is never taken for what a service writes", () => {
  const whole = JSON.stringify({ ...traced, request });
  for (let length = 1; length < whole.length; length += 1)
    expect(() => metadataOf(deliveredWith(whole.slice(0, length))).epoch).toThrow(SyntaxError);
});

test("what a service writes is not parsed for the two numbers that every fold asks", () => {
  class Unparsed extends DeliveredEvent {
    override get metadata(): unknown {
      throw new Error("it was parsed");
    }
  }
  const { epoch, timeMs } = metadataOf(deliveredWith(JSON.stringify({ ...traced, request }), Unparsed));
  expect([epoch, timeMs]).toEqual([plain.epoch, plain.timeMs]);
});

/** As an event lies in what the log sent: other bytes stand before and behind it. */
function deliveredWith(metadataText: string, Kind = DeliveredEvent): DeliveredEvent {
  const event = new Kind(Buffer.from(`"}${metadataText},"epoch":3}`));
  event.metadataStart = 2;
  event.metadataEnd = 2 + Buffer.byteLength(metadataText);
  return event;
}
