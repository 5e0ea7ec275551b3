import { given } from "@rhumbline/event-sourcing/testing";
import {
  NodeChangesApplied,
  NodeReportsLost,
  NodeStarted,
} from "@rhumbline/proto/rhumbline/scheduler/v1/realised_events";
import { expect, test } from "vitest";
import { decideRealised } from "./decide.ts";
import type { RealisedEvent } from "./events.ts";
import { evolveRealised } from "./evolve.ts";
import { nothingRealised } from "./state.ts";

const decider = { initial: nothingRealised, decide: decideRealised, evolve: evolveRealised };
const started = (seq: number, bootId = "boot-1"): RealisedEvent => ({
  type: "NodeStarted",
  data: NodeStarted.fromJSON({ seq, bootId }),
});
const applied = (seq: number, position: number, error = ""): RealisedEvent => ({
  type: "NodeChangesApplied",
  data: NodeChangesApplied.fromJSON({ seq, position, resources: [{ key: "router.r1", position, error }] }),
});
const lost = (seq: number, fromSeq: number): RealisedEvent => ({
  type: "NodeReportsLost",
  data: NodeReportsLost.fromJSON({ seq, fromSeq, toSeq: seq - 1 }),
});
const record = (report: RealisedEvent) => ({ type: "RecordReport", report }) as const;

test("reports are taken in their order", () => {
  given(decider)
    .when(record(started(1)))
    .then(started(1));
  given(decider, started(1))
    .when(record(applied(2, 10)))
    .then(applied(2, 10));
});

test("a report that the log has is dropped", () => {
  given(decider, started(1), applied(2, 10))
    .when(record(applied(2, 10)))
    .nothing();
  given(decider, started(1), applied(2, 10))
    .when(record(started(1)))
    .nothing();
});

test("a report behind a hole waits for what is missing", () => {
  given(decider, started(1))
    .when(record(applied(3, 10)))
    .nothing();
  given(decider)
    .when(record(applied(2, 10)))
    .nothing();
});

test("a report of lost ones stands for them", () => {
  given(decider, started(1))
    .when(record(lost(5, 2)))
    .then(lost(5, 2));
  given(decider, started(1))
    .when(record(lost(5, 3)))
    .nothing();
});

test("of each resource the last outcome counts, its error included", () => {
  const { aggregate } = given(decider, started(1), applied(2, 10, "device busy"), applied(3, 10));
  expect(aggregate.outcomes.get("router.r1")).toMatchObject({ position: 10, error: "" });
  expect(aggregate).toMatchObject({ lastSeq: 3, appliedPosition: 10, lastReportTimeMs: 2000 });
});

test("an agent that starts again keeps what stands; after a boot nothing does", () => {
  expect(given(decider, started(1), applied(2, 10), started(3)).aggregate.outcomes.size).toBe(1);
  expect(given(decider, started(1), applied(2, 10), started(3, "boot-2")).aggregate.outcomes.size).toBe(0);
});
