import { describe, expect, test } from "vitest";
import type { AppendEvents, ExpectedRevision, ProposedEvent } from "./change.ts";
import { type Decision, decide, type LogView } from "./decide.ts";
import { noLimits, softDeleted } from "./stream-limits.ts";

interface Given {
  /** Ids of the stream's events by revision. */
  readonly ids?: readonly string[];
  /** Whether they are among the recent ones. */
  readonly recent?: boolean;
  readonly truncateBefore?: number;
  readonly tombstoned?: boolean;
}

const stream = "port-1";

function given({ ids = [], recent = false, truncateBefore = 0, tombstoned = false }: Given): LogView {
  const positions = ids.map((_, revision) => 64 + revision * 100);
  const known =
    ids.length === 0 && !tombstoned ? undefined : { positions, tombstoned, limits: { ...noLimits, truncateBefore } };
  return {
    stream: (name) => (name === stream ? known : undefined),
    recentEvent: (id) => (recent && ids.includes(id) ? { stream, revision: ids.indexOf(id) } : undefined),
    idAt: (name, revision) => (name === stream ? ids[revision] : undefined),
  };
}

function append(expected: ExpectedRevision, ids: readonly string[]): AppendEvents {
  const empty = Buffer.alloc(0);
  const events: ProposedEvent[] = ids.map((id) => ({
    id,
    type: "PortCreated",
    contentType: "application/json",
    data: empty,
    metadata: empty,
  }));
  return { kind: "append", stream, expected, events, eventId: "revival" };
}

function outline(decision: Decision): string {
  switch (decision.kind) {
    case "write":
      return `write ${decision.events.map(({ stream: name, revision, event }) => `${name}@${revision}=${event.id}`).join(" ")}`.trim();
    case "repeat":
      return `repeat, last ${decision.revision}`;
    case "wrong-revision":
      return `wrong, at ${decision.actual}`;
    default:
      return decision.kind;
  }
}

const cases: { name: string; log: Given; expected: ExpectedRevision; ids: string[]; decided: string }[] = [
  { name: "the first event", log: {}, expected: "no-stream", ids: ["a"], decided: "write port-1@0=a" },
  { name: "the next", log: { ids: ["a"] }, expected: 0, ids: ["b", "c"], decided: "write port-1@1=b port-1@2=c" },
  {
    name: "at no revision in particular",
    log: { ids: ["a"] },
    expected: "any",
    ids: ["b"],
    decided: "write port-1@1=b",
  },
  {
    name: "to a stream that must exist",
    log: { ids: ["a"] },
    expected: "stream-exists",
    ids: ["b"],
    decided: "write port-1@1=b",
  },
  {
    name: "to one that must exist and does not",
    log: {},
    expected: "stream-exists",
    ids: ["a"],
    decided: "wrong, at -1",
  },
  { name: "behind the stream", log: { ids: ["a", "b"] }, expected: 0, ids: ["c"], decided: "wrong, at 1" },
  { name: "ahead of it", log: { ids: ["a"] }, expected: 4, ids: ["b"], decided: "wrong, at 0" },
  {
    name: "a repeat, known from the stream",
    log: { ids: ["a", "b", "c"] },
    expected: 0,
    ids: ["b"],
    decided: "repeat, last 1",
  },
  {
    name: "a repeat from the start",
    log: { ids: ["a", "b"] },
    expected: "no-stream",
    ids: ["a", "b"],
    decided: "repeat, last 1",
  },
  { name: "half a repeat", log: { ids: ["a", "b"] }, expected: "no-stream", ids: ["a", "x"], decided: "wrong, at 1" },
  { name: "a repeat and more", log: { ids: ["a", "b"] }, expected: 0, ids: ["b", "c"], decided: "wrong, at 1" },
  {
    name: "a repeat at any revision, recent",
    log: { ids: ["a", "b"], recent: true },
    expected: "any",
    ids: ["a"],
    decided: "repeat, last 0",
  },
  { name: "one no longer recent", log: { ids: ["a", "b"] }, expected: "any", ids: ["a"], decided: "write port-1@2=a" },
  {
    name: "half a repeat at any revision",
    log: { ids: ["a"], recent: true },
    expected: "any",
    ids: ["a", "x"],
    decided: "partly-written",
  },
  { name: "nothing, at the right revision", log: { ids: ["a"] }, expected: 0, ids: [], decided: "write" },
  { name: "nothing, at a wrong one", log: { ids: ["a", "b"] }, expected: 0, ids: [], decided: "wrong, at 1" },
  {
    name: "to a tombstoned stream",
    log: { ids: ["a"], tombstoned: true },
    expected: "any",
    ids: ["b"],
    decided: "stream-deleted",
  },
  {
    name: "to a deleted stream, which is revived at its next revision",
    log: { ids: ["a", "b"], truncateBefore: softDeleted },
    expected: "no-stream",
    ids: ["c"],
    decided: "write $$port-1@0=revival port-1@2=c",
  },
];

describe("an append", () => {
  test.each(cases)("$name: $decided", ({ log, expected, ids, decided }) => {
    expect(outline(decide(append(expected, ids), given(log)))).toBe(decided);
  });
});
