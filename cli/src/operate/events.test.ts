import { LogEvent } from "@rhumbline/proto/rhumbline/audit/v1/audit_service";
import { expect, test } from "vitest";
import { formatLogEvent } from "./events.ts";

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
