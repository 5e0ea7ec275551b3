import { PersistentMap } from "@rhumbline/event-sourcing";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { ResourceState } from "../plan/resource-states.ts";
import type { ReportedOutcome } from "./reported-file.ts";
import { UnreportedOutcomes } from "./unreported-outcomes.ts";

const stands = fc.constantFrom<ResourceState>(
  { kind: "realised" },
  { kind: "waiting", reason: "waiting for device tap1" },
  { kind: "failed", error: "File exists" },
);
const key = fc.constantFrom("router.1", "router.2", "port.1", "port.2");
const desired = fc.dictionary(key, fc.record({ state: stands, position: fc.nat(2) }));
/** How keys stand at each pass, and whether its report is kept. */
const passes = fc.array(fc.record({ desired, isKept: fc.boolean() }), { maxLength: 8 });

test("what is unreported follows from what stands and what was reported, and a report that is kept makes up for it", () => {
  fc.assert(
    fc.property(passes, (walk) => {
      const unreported = new UnreportedOutcomes();
      let reported = PersistentMap.empty<string, ReportedOutcome>();
      for (const { desired, isKept } of walk) {
        const keys = Object.entries(desired);
        const { resources, forgotten } = unreported.between(reported, {
          states: new Map(keys.map(([each, { state }]) => [each, state])),
          desired: new Map(keys.map(([each, { position }]) => [each, { position }])),
        });
        const outcomes = keys.map(
          ([each, { state, position }]) => [each, { position, error: errorIn(state) }] as const,
        );
        const differing = outcomes.filter(
          ([each, { position, error }]) =>
            reported.get(each)?.position !== position || reported.get(each)?.error !== error,
        );
        expect(resources.map(({ key: each, position, error }) => [each, { position, error }])).toEqual(
          differing.sort(([one], [other]) => (one < other ? -1 : 1)),
        );
        for (const { key: each, waiting } of resources) expect(waiting).toBe(desired[each]?.state.kind === "waiting");
        expect(forgotten).toEqual([...reported.keys()].filter((each) => !(each in desired)));
        if (isKept) reported = reported.withAll([...forgotten.map((each) => [each, undefined] as const), ...differing]);
      }
    }),
  );
});

function errorIn(state: ResourceState): string {
  if (state.kind === "realised") return "";
  return state.kind === "waiting" ? state.reason : state.error;
}
