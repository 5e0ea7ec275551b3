import type { Aggregate } from "@rhumbline/event-sourcing";
import type { Compiled } from "../compile/state.ts";
import { emptyLogicalNetwork } from "../logical-network/state.ts";
import type { NodeEvent } from "../node/events.ts";
import { evolveNode } from "../node/evolve.ts";
import { absentNode, type Node } from "../node/state.ts";
import type { RealisedEvent } from "../realised/events.ts";
import { evolveRealised } from "../realised/evolve.ts";
import { nothingRealised, type Realised } from "../realised/state.ts";
import type { RouterBindingEvent } from "../router-binding/events.ts";
import { evolveRouterBinding } from "../router-binding/evolve.ts";
import { type RouterBinding, unboundRouter } from "../router-binding/state.ts";

/** All that the scheduler knows, by id. */
export interface SchedulerState extends Compiled {
  readonly realised: Map<string, Realised>;
}

export const emptyState = (): SchedulerState => ({
  ...emptyLogicalNetwork(),
  nodes: new Map(),
  bindings: new Map(),
  realised: new Map(),
  usersByNetwork: new Map(),
  instancesByNetwork: new Map(),
  usersByGroup: new Map(),
  desired: new Map(),
});

export const nodes: Aggregate<SchedulerState, Node, NodeEvent> = {
  category: "node",
  select: (state, id) => state.nodes.get(id) ?? absentNode,
  evolve: evolveNode,
};

export const routerBindings: Aggregate<SchedulerState, RouterBinding, RouterBindingEvent> = {
  category: "routerBinding",
  select: (state, id) => state.bindings.get(id) ?? unboundRouter,
  evolve: evolveRouterBinding,
};

export const realised: Aggregate<SchedulerState, Realised, RealisedEvent> = {
  category: "realised",
  select: (state, id) => state.realised.get(id) ?? nothingRealised,
  evolve: evolveRealised,
};
