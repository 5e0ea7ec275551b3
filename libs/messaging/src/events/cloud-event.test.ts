import { expect, test } from "vitest";
import { type CloudEvent, cloudEventHeaders, decodeCloudEvent } from "./cloud-event.ts";

const interfaceAdded: CloudEvent = {
  id: "7d5f3a8e-5c53-4b38-9d5f-f1d3c1a4a6a1",
  source: "/rhumbline/topology",
  type: "RouterInterfaceAdded",
  subject: "router-4a1c",
  timeMs: Date.UTC(2026, 1, 3, 4, 5, 6, 789),
  sequence: 90210,
  previous: 90100,
  partitionKey: "router-4a1c",
  correlationId: "c-1",
  causationId: "",
  authId: 'jürgen "ops" 100%',
  traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
  data: { routerId: "4a1c", portId: "p1" },
};

const payload = Buffer.from(JSON.stringify(interfaceAdded.data));

const headersOf = (event: CloudEvent): Record<string, string> => Object.fromEntries(cloudEventHeaders(event));

function decoded(event: CloudEvent): CloudEvent {
  const headers = headersOf(event);
  return decodeCloudEvent((name) => headers[name], payload);
}

test("an event comes back from its headers and payload as it was", () => {
  expect(decoded(interfaceAdded)).toEqual(interfaceAdded);
});

test("header values are printable ASCII without blanks and quotes", () => {
  for (const value of Object.values(headersOf(interfaceAdded))) expect(value).toMatch(/^[\x21\x23-\x7e]+$/);
});

test("positions are padded so that they sort as text", () => {
  const headers = headersOf(interfaceAdded);
  expect(headers["ce-sequence"]).toBe("0000000000090210");
});

test("what the log has nothing to say about has no header", () => {
  expect(headersOf(interfaceAdded)).not.toHaveProperty("ce-causationid");
});

test("an event without its sequence is refused, and the refusal names the header", () => {
  const headers = headersOf(interfaceAdded);
  expect(() => decodeCloudEvent((name) => (name === "ce-sequence" ? undefined : headers[name]), payload)).toThrow(
    "ce-sequence",
  );
});

test("data that is no JSON is refused", () => {
  const headers = headersOf(interfaceAdded);
  expect(() => decodeCloudEvent((name) => headers[name], new TextEncoder().encode("{"))).toThrow("no JSON");
});
