import { given } from "@rhumbline/event-sourcing/testing";
import { expect, test } from "vitest";
import { decideRouterBinding } from "./decide.ts";
import type { RouterBindingEvent } from "./events.ts";
import { evolveRouterBinding } from "./evolve.ts";
import { unboundRouter } from "./state.ts";

const decider = { initial: unboundRouter, decide: decideRouterBinding, evolve: evolveRouterBinding };
const reason = "the only candidate";
const bind = (nodeId: string) => ({ type: "BindRouter", routerId: "r1", nodeId, reason }) as const;
const boundToA: RouterBindingEvent = { type: "RouterBound", data: { routerId: "r1", nodeId: "A", epoch: 1, reason } };
const unschedulable: RouterBindingEvent = {
  type: "RouterUnschedulable",
  data: { routerId: "r1", reason: "no node is registered" },
};
const declare = (why: string) => ({ type: "DeclareUnschedulable", routerId: "r1", reason: why }) as const;

test("a router is bound to a node, once", () => {
  given(decider).when(bind("A")).then(boundToA);
  given(decider, boundToA).when(bind("A")).nothing();
});

test("a move is said whole, and its epoch is greater", () => {
  given(decider, boundToA)
    .when(bind("B"))
    .then(
      { type: "RouterUnbound", data: { routerId: "r1", nodeId: "A", epoch: 1, reason: "moved to node B" } },
      { type: "RouterBound", data: { routerId: "r1", nodeId: "B", epoch: 2, reason } },
    );
});

test("that no node can hold it is said once for each reason", () => {
  given(decider).when(declare("no node is registered")).then(unschedulable);
  given(decider, unschedulable).when(declare("no node is registered")).nothing();
  expect(given(decider, unschedulable).when(declare("every node is unreachable")).events).toHaveLength(1);
});

test("a bound router that no node could hold as it is wanted stays where it is", () => {
  expect(given(decider, boundToA, unschedulable).aggregate).toMatchObject({ nodeId: "A", epoch: 1 });
});

test("a router that is bound nowhere is not unbound", () => {
  given(decider).when({ type: "UnbindRouter", routerId: "r1", reason: "the router was deleted" }).nothing();
});
