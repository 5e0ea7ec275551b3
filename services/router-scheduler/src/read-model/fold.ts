import { type FoldDefinition, type Recorded, type Stamp, splitStream } from "@rhumbline/event-sourcing";
import type { Causation } from "@rhumbline/proto/rhumbline/agent/v1/desired";
import { compileChange, compileNodeChange, compileProbeRing, forgetGone } from "../compile/compile-change.ts";
import type { Subject } from "../compile/places.ts";
import { isResourceKey } from "../compile/resource-key.ts";
import type { Cause } from "../compile/state.ts";
import { applyToLogicalNetwork } from "../logical-network/apply-event.ts";
import type { NodeEvent } from "../node/events.ts";
import type { RealisedEvent } from "../realised/events.ts";
import { evolveRealised, forgetAllOutcomes, forgetOutcomes } from "../realised/evolve.ts";
import type { RouterBindingEvent } from "../router-binding/events.ts";
import { ignoredTypes, type SchedulerEvent, schedulerCodec } from "./codec.ts";
import { emptyState, nodes, realised, routerBindings, type SchedulerState } from "./state.ts";

/** The log as the scheduler reads it. Desired state is folded with the rest, each value with the position of the event that
 *  last changed it: every replica, and every new start, compiles the same. */
export const schedulerFold: FoldDefinition<SchedulerState, SchedulerEvent> = {
  service: "router-scheduler",
  foreignCategories: ["network", "subnet", "port", "router", "floatingIp", "securityGroup", "addressGroup"],
  codec: schedulerCodec,
  ignoredTypes,
  initialState: emptyState,
  apply(state, event) {
    const { category, id } = splitStream(event.stream);
    const stamp = { revision: event.revision, timeMs: event.metadata.timeMs };
    const cause = new EventAsCause(event);
    switch (event.type) {
      case "NodeRegistered":
      case "NodeBecameReachable":
      case "NodeBecameUnreachable":
      case "NodeCordoned":
      case "NodeUncordoned":
      case "NodeDrainStarted":
      case "NodeDrained":
      case "NodeFailed":
      case "NodeRefusedDesiredState":
      case "NodeAcceptedDesiredState":
      case "NodeDeleted":
        compileProbeRing(state, cause, () => applyToNode(state, id, event, stamp, cause));
        return;
      case "NodeStarted":
      case "NodeChangesApplied":
      case "NodeReportsLost":
        applyReport(state, id, event, stamp);
        return;
      case "RouterBound":
      case "RouterUnbound":
      case "RouterUnschedulable":
      case "RouterMoveStarted":
      case "RouterMovePrepared":
      case "RouterMoveAborted":
        compileChange(state, { kind: "router", id }, cause, () => applyToBinding(state, id, event, stamp));
        return;
      default:
        compileChange(state, { kind: category as Subject["kind"], id }, cause, () => {
          applyToLogicalNetwork(state, { stream: event.stream, id }, event, cause);
          if (event.type === "RouterDeleted") forgetUnbound(state, id);
        });
    }
  },
};

function applyToNode(state: SchedulerState, id: string, event: NodeEvent, stamp: Stamp, cause: Cause): void {
  const node = nodes.evolve(nodes.select(state, id), event, stamp);
  compileNodeChange(state, id, cause, () => {
    if (node.status === "absent") state.nodes.delete(id);
    else state.nodes.set(id, node);
  });
  // Its reports are counted on, should it come back.
  if (node.status === "absent") state.realised.set(id, forgetAllOutcomes(realised.select(state, id)));
}

function applyToBinding(state: SchedulerState, id: string, event: RouterBindingEvent, stamp: Stamp): void {
  state.bindings.set(id, routerBindings.evolve(routerBindings.select(state, id), event, stamp));
  forgetUnbound(state, id);
}

/** The binding of a router that is gone is kept until the router has left its node. */
function forgetUnbound(state: SchedulerState, routerId: string): void {
  if (!state.routers.has(routerId) && state.bindings.get(routerId)?.nodeId === "") state.bindings.delete(routerId);
}

function applyReport(state: SchedulerState, nodeId: string, event: RealisedEvent, stamp: Stamp): void {
  const reported = evolveRealised(realised.select(state, nodeId), event, stamp);
  const resources = event.type === "NodeChangesApplied" ? event.data.resources : [];
  for (const { key, position, error } of resources) {
    if (error === "" && isResourceKey(key)) forgetGone(state, { nodeId, key }, position);
  }
  const entries = state.desired.get(nodeId)?.entries;
  const unasked = resources.filter(({ key }) => !(isResourceKey(key) && entries?.has(key))).map(({ key }) => key);
  state.realised.set(nodeId, forgetOutcomes(reported, unasked));
}

/** Of most events nothing follows: who caused them is read when something does. */
class EventAsCause implements Cause {
  readonly position: number;
  readonly #event: Recorded<SchedulerEvent>;
  #causation: Causation | undefined;

  constructor(event: Recorded<SchedulerEvent>) {
    this.position = event.position;
    this.#event = event;
  }

  get causation(): Causation {
    this.#causation ??= causationOf(this.#event);
    return this.#causation;
  }
}

function causationOf({ id: eventId, metadata }: Recorded<SchedulerEvent>): Causation {
  const { $correlationId: correlationId, request, actor, traceparent = "" } = metadata;
  return { eventId, correlationId, requestId: request?.id ?? "", actor, traceparent };
}
