import { given } from "@rhumbline/event-sourcing/testing";
import { describe, expect, test } from "vitest";
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

describe("a move", () => {
  const start = (toNodeId: string) => ({ type: "StartMove", routerId: "r1", toNodeId, reason: "asked for" }) as const;
  const step = (type: "CloseOld" | "FinishMove", toNodeId = "B") => ({ type, routerId: "r1", toNodeId }) as const;
  const abort = { type: "AbortMove", routerId: "r1", toNodeId: "B", reason: "too slow" } as const;
  const started: RouterBindingEvent = {
    type: "RouterMoveStarted",
    data: { routerId: "r1", fromNodeId: "A", toNodeId: "B", reason: "asked for" },
  };
  const prepared: RouterBindingEvent = { type: "RouterMovePrepared", data: { routerId: "r1", toNodeId: "B" } };
  const aborted: RouterBindingEvent = {
    type: "RouterMoveAborted",
    data: { routerId: "r1", toNodeId: "B", reason: "too slow" },
  };

  test("is begun once, and one at a time", () => {
    given(decider, boundToA).when(start("B")).then(started);
    given(decider, boundToA).when(start("A")).nothing();
    given(decider, boundToA, started).when(start("B")).nothing();
    given(decider, boundToA, started).when(start("C")).refused("ROUTER_MOVING");
    given(decider).when(start("B")).refused("ROUTER_NOT_BOUND");
  });

  test("goes by its steps in order, and the router is bound once the old node has closed", () => {
    given(decider, boundToA, started).when(step("FinishMove")).nothing();
    given(decider, boundToA, started).when(step("CloseOld")).then(prepared);
    given(decider, boundToA, started, prepared)
      .when(step("FinishMove"))
      .then({ type: "RouterBound", data: { routerId: "r1", nodeId: "B", epoch: 2, reason: "moved: asked for" } });
    given(decider, boundToA, started, prepared).when(step("FinishMove", "C")).nothing();
  });

  test("that is given up leaves the router where it was", () => {
    given(decider, boundToA, started, prepared).when(abort).then(aborted);
    given(decider, boundToA, started, aborted).when(abort).nothing();
    const { aggregate } = given(decider, boundToA, started, aborted);
    expect(aggregate).toMatchObject({ nodeId: "A", epoch: 1, move: undefined });
  });

  test("is over when its node dies and the router is bound elsewhere at once", () => {
    given(decider, boundToA, started)
      .when(bind("C"))
      .then(
        { type: "RouterUnbound", data: { routerId: "r1", nodeId: "A", epoch: 1, reason: "moved to node C" } },
        { type: "RouterBound", data: { routerId: "r1", nodeId: "C", epoch: 2, reason } },
      );
  });
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
