import { expect, test } from "vitest";
import type { EventMetadata } from "./event.ts";
import { metadataOf } from "./event-metadata.ts";

const request = { id: "r", projectId: "p", caller: "admin", method: "CreatePort", hash: "ab", resourceId: "port" };
const plain: EventMetadata = {
  ...{ $correlationId: "c", $causationId: "b", service: "ipam", epoch: 7, timeMs: 1_700_000_000_000 },
  ...{ actor: "admin", projectId: "p" },
};
const traced = { ...plain, traceparent: "00-4bf9-00f0-01" };

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
];

test.each(kinds)("metadata %s says the same, whether it is parsed or looked at", (_, metadataText) => {
  const metadata = JSON.parse(metadataText) as EventMetadata;
  const event = { id: "e", type: "T", data: {}, stream: "port-1", revision: 0, position: 1, metadata, metadataText };
  const { epoch, timeMs, actor, projectId, service, $causationId, $correlationId, traceparent, request } =
    metadataOf(event);
  const found = { epoch, timeMs, actor, projectId, service, $causationId, $correlationId, traceparent, request };
  const expected = { traceparent: undefined, request: undefined, ...metadata };
  expect({ ...expected, ...found }).toEqual(expected);
});

test("what a service writes is not parsed for the two numbers that every fold asks", () => {
  const event = {
    ...{ id: "e", type: "T", data: {}, stream: "port-1", revision: 0, position: 1 },
    metadataText: JSON.stringify({ ...traced, request }),
    get metadata(): unknown {
      throw new Error("it was parsed");
    },
  };
  const { epoch, timeMs } = metadataOf(event);
  expect([epoch, timeMs]).toEqual([plain.epoch, plain.timeMs]);
});
