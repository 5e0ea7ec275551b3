import { expect, test } from "vitest";
import { parse } from "yaml";
import { formatData, formatRecord } from "./data.ts";

const answer = { router: { id: "4a1c", name: "yes", enabled: true, gateway: undefined }, position: 17 };

test("JSON and YAML hold the same", () => {
  const json = formatData("json", answer) ?? "";
  expect(parse(formatData("yaml", answer) ?? "")).toEqual(JSON.parse(json));
});

test("a stream is one JSON object a line, or one YAML document each", () => {
  expect(formatRecord("json", answer)).not.toContain("\n");
  expect(formatRecord("yaml", answer)).toMatch(/^---\n/);
});

test("what is for people is no data", () => {
  expect(formatData("wide", answer)).toBeUndefined();
});
