import { DesiredResource } from "@rhumbline/proto/rhumbline/agent/v1/desired";
import { expect, test } from "vitest";
import { asKnown } from "./as-known.ts";

const router = (position: number, adminStateUp: boolean): DesiredResource =>
  DesiredResource.fromPartial({
    ...{ logId: "log-a", epoch: 1, position },
    resource: { $case: "router", value: { routerId: "r1", adminStateUp } },
  });

test("what was read from a file is what the bus says, encoded and decoded", () => {
  const known = DesiredResource.fromJSON(DesiredResource.toJSON(router(10, true)));
  const told = DesiredResource.decode(DesiredResource.encode(router(10, true)).finish());
  expect(told).not.toBe(known);
  expect(asKnown(told, known)).toBe(known);
});

test("a later version of the same keeps what it is of", () => {
  const known = router(10, true);
  const told = asKnown(router(20, true), known);
  expect(told).toEqual(router(20, true));
  expect(told.resource).toBe(known.resource);
});

test("what is otherwise is new, whatever its position", () => {
  const told = router(10, false);
  expect(asKnown(told, router(10, true))).toBe(told);
  expect(asKnown(told, undefined)).toBe(told);
});
