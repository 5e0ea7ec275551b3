import { given } from "@rhumbline/event-sourcing/testing";
import { expect, test } from "vitest";
import { decideQuota, requireWithinQuota } from "./decide.ts";
import type { QuotaEvent } from "./events.ts";
import { evolveQuota } from "./evolve.ts";
import { noQuota, unlimited } from "./state.ts";

const decider = { initial: noQuota, decide: decideQuota, evolve: evolveQuota };
const update = (values: Record<string, number>, fields: ("port" | "router")[]) =>
  ({ type: "UpdateQuota", values: { projectId: "p", ...values }, fields }) as const;
const tenPorts: QuotaEvent = { type: "QuotaUpdated", data: { quota: { projectId: "p", port: 10 }, changed: ["port"] } };

test("an update sets what it names, once", () => {
  given(decider)
    .when(update({ port: 10, router: 3 }, ["port"]))
    .then({
      type: "QuotaUpdated",
      data: { quota: { projectId: "p", port: 10, router: 3 }, changed: ["port"] },
    } as QuotaEvent);
  given(decider, tenPorts)
    .when(update({ port: 10 }, ["port"]))
    .nothing();
  expect(given(decider, tenPorts).aggregate.limits).toEqual({ projectId: "p", port: 10 });
});

test("a field without a value takes the default again", () => {
  const [event] = given(decider, tenPorts).when(update({}, ["port"])).events;
  expect(given(decider, tenPorts, event as QuotaEvent).aggregate.limits.port).toBeUndefined();
});

test("a project gets no more than its quota", () => {
  requireWithinQuota("port", { projectId: "p", port: 10 }, 9);
  requireWithinQuota("port", { projectId: "p", port: unlimited }, 1_000_000);
  expect(() => requireWithinQuota("port", { projectId: "p", port: 10 }, 10)).toThrow("its quota is 10");
});
