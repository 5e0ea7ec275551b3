import { expect, test } from "vitest";
import { inSpan } from "./tracing.ts";

const traceId = "0af7651916cd43dd8448eb211c80319c";
const spanId = "b7ad6b7169203331";
const handedOn = (parent: string | undefined) => inSpan("work", { role: "server", parent }, async (given) => given);

test("where no spans are exported, a caller's trace context travels on as it came", async () => {
  const parent = `00-${traceId}-${spanId}-01`;
  expect(await handedOn(parent)).toBe(parent);
});

test.each([
  undefined,
  "",
  `01-${traceId}-${spanId}-01`,
  `00-${traceId.toUpperCase()}-${spanId}-01`,
  `00-${"0".repeat(32)}-${spanId}-01`,
  `00-${traceId}-${"0".repeat(16)}-01`,
])("%j is no trace context, and nothing is handed on", async (parent) => {
  expect(await handedOn(parent)).toBeUndefined();
});

test("what the work throws, at once or later, is thrown to who waits for it", async () => {
  const fail = (): never => {
    throw new RangeError("it broke");
  };
  await expect(inSpan("work", { role: "server" }, fail)).rejects.toThrow(RangeError);
  await expect(inSpan("work", { role: "server" }, async () => fail())).rejects.toThrow(RangeError);
});
