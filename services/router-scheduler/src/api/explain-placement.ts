import { NotFound } from "@rhumbline/event-sourcing";
import { fieldChecks } from "@rhumbline/grpc";
import type {
  ExplainPlacementRequest,
  ExplainPlacementResponse,
  PlacementWish as WireWish,
} from "@rhumbline/proto/rhumbline/scheduler/v1/router_binding_service";
import { explainPlacement } from "../placement/explain-placement.ts";
import type { PlacementWish } from "../placement/wish.ts";
import type { SchedulerState } from "../read-model/state.ts";

/** Answers from the state as it is; nothing is placed by it.
 *  @throws {InvalidFields} {NotFound} */
export function explained(
  state: SchedulerState,
  request: ExplainPlacementRequest,
): Omit<ExplainPlacementResponse, "position"> {
  const { routerId, withoutNodeIds } = request;
  if (routerId !== "" && !state.routers.has(routerId)) throw new NotFound("router", routerId);
  const unknown = withoutNodeIds.find((id) => !state.nodes.has(id));
  if (unknown !== undefined) throw new NotFound("node", unknown);
  const question = { routerId: routerId || undefined, withoutNodeIds, wish: request.wish };
  const { wish, candidates, present, chosen, decision } = explainPlacement(state, question);
  return {
    wish: toWire(wish),
    candidates: candidates.map(({ node, objections, routers }) => ({
      nodeId: node.id,
      nodeName: node.name,
      objections,
      routers,
      maxRouters: node.maxRouters,
    })),
    presentNodeId: present?.id ?? "",
    chosenNodeId: chosen?.id ?? "",
    decision,
  };
}

/** @throws {InvalidFields} */
export function checkQuestion({ routerId, withoutNodeIds }: ExplainPlacementRequest): void {
  const checks = fieldChecks();
  checks.uuid("router_id", routerId, { optional: true });
  for (const [i, id] of withoutNodeIds.entries()) checks.uuid(`without_node_ids[${i}]`, id);
  checks.done();
}

const toWire = ({ physicalNetworks, availabilityZoneHints, nodeSelector }: PlacementWish): WireWish => ({
  physicalNetworks,
  availabilityZoneHints,
  nodeSelector: { ...nodeSelector },
});
