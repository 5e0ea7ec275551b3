import { LogEvent } from "@rhumbline/proto/rhumbline/audit/v1/audit_service";
import { expect, test } from "vitest";
import { formatLogEvent, since } from "./events.ts";

test("an event is one line: when, where in the log, what, of which resource, on whose behalf", () => {
  const event = LogEvent.fromPartial({
    position: 90210,
    time: new Date(Date.UTC(2026, 1, 3, 4, 5, 6, 789)),
    type: "RouterInterfaceAdded",
    kind: "router",
    resourceId: "4a1c\n",
    actor: "admin",
    projectId: "blue",
  });
  expect(formatLogEvent(event).split(/ {2,}/)).toEqual([
    "2026-02-03T04:05:06.789Z",
    "90210",
    "RouterInterfaceAdded",
    "router/4a1c\\u{a}",
    "admin for blue",
  ]);
});

test("since when events are told: a position, a time, a while ago, or the start", () => {
  const now = Date.UTC(2026, 0, 31, 12);
  expect(since("17", now)).toBe(17);
  expect(since("start", now)).toBe("start");
  expect(since("2026-01-31T13:00:00+02:00", now)).toEqual(new Date(Date.UTC(2026, 0, 31, 11)));
  expect(since("90m", now)).toEqual(new Date(Date.UTC(2026, 0, 31, 10, 30)));
  for (const text of ["yesterday", "2026-13-01", "2026-01-31T12:00", "-5", ""])
    expect(() => since(text, now)).toThrow(/accepted is/);
});
