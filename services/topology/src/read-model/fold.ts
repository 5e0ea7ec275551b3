import { type FoldDefinition, splitStream } from "@rhumbline/event-sourcing";
import { applyForeign } from "./apply-foreign.ts";
import { applyOwn } from "./apply-own.ts";
import { type ForeignEvent, ignoredTypes, isOwn, type OwnEvent, topologyCodec } from "./events.ts";
import { emptyState, type TopologyState } from "./state.ts";

export const topologyFold: FoldDefinition<TopologyState, OwnEvent | ForeignEvent> = {
  service: "topology",
  // Of ipam the subnets and closed scopes; of the scheduler the nodes' names, where routers are, and what nodes reported.
  foreignCategories: ["scope", "subnet", "node", "routerBinding", "realised"],
  codec: topologyCodec,
  ignoredTypes,
  initialState: emptyState,
  apply(state, event) {
    const { position, revision, metadata } = event;
    if (isOwn(event)) {
      applyOwn(state, splitStream(event.stream).id, event, { revision, timeMs: metadata.timeMs, position });
    } else applyForeign(state, event, { position, timeMs: metadata.timeMs });
  },
};
