import type { SubnetUpdated } from "@rhumbline/proto/rhumbline/ipam/v1/ipam_events";
import { noteDhcp } from "./dhcp.ts";
import type { ForeignEvent } from "./events.ts";
import { forgetOutcomes, place, takeOutcome } from "./placement.ts";
import { replaceNode, replaceSubnet } from "./replace.ts";
import type { TopologyState } from "./state.ts";

interface At {
  readonly position: number;
  readonly timeMs: number;
}

export function applyForeign(state: TopologyState, event: ForeignEvent, { position, timeMs }: At): void {
  switch (event.type) {
    case "SubnetCreated": {
      const { subnet } = event.data;
      if (subnet === undefined) return;
      const { id, projectId, networkId, cidr, gatewayIp, noGateway, enableDhcp } = subnet;
      const gateway = noGateway ? "" : gatewayIp;
      replaceSubnet(state, id, { id, projectId, networkId, cidr, gatewayIp: gateway, enableDhcp });
      noteDhcp(state, networkId);
      return;
    }
    case "SubnetUpdated":
      updateSubnet(state, event.data);
      return;
    case "SubnetDeleted":
      replaceSubnet(state, event.data.subnetId, undefined);
      noteDhcp(state, event.data.networkId);
      return;
    case "ScopeClosed":
      state.openScopes.delete(event.data.scopeId);
      state.strayScopes.delete(event.data.scopeId);
      if (state.networks.has(event.data.scopeId)) state.closedScopes.set(event.data.scopeId, true);
      return;
    case "ScopeOpened": {
      const { scopeId, shared, ipv4Only } = event.data;
      state.openScopes.set(scopeId, { shared, ipv4Only });
      state.closedScopes.delete(scopeId);
      if (!state.networks.has(scopeId)) state.strayScopes.set(scopeId, { sinceMs: timeMs });
      return;
    }
    case "NodeRegistered": {
      const { id, name } = event.data.node ?? { id: "", name: "" };
      noteBoot(state, id, event.data.bootId, name);
      return;
    }
    case "NodeStarted":
      noteBoot(state, event.data.nodeId, event.data.bootId);
      return;
    case "NodeDeleted":
      replaceNode(state, event.data.nodeId, undefined);
      forgetOutcomes(state, event.data.nodeId);
      return;
    case "RouterBound":
      if (state.routers.has(event.data.routerId))
        place(state, `router.${event.data.routerId}`, { nodeId: event.data.nodeId, position });
      return;
    case "RouterUnbound":
      if (state.placements.get(`router.${event.data.routerId}`)?.nodeId === event.data.nodeId)
        place(state, `router.${event.data.routerId}`, undefined);
      return;
    case "NodeChangesApplied":
      for (const outcome of event.data.resources) takeOutcome(state, event.data.nodeId, outcome);
      return;
    default:
      event satisfies never;
  }
}

function updateSubnet(state: TopologyState, { subnetId, subnet, changed }: SubnetUpdated): void {
  const present = state.subnets.get(subnetId);
  if (present === undefined || subnet === undefined) return;
  const gatewayChanged = changed?.some((path) => path === "gateway_ip" || path === "no_gateway");
  const gatewayIp = subnet.noGateway ? "" : subnet.gatewayIp;
  replaceSubnet(state, subnetId, {
    ...present,
    ...(gatewayChanged && { gatewayIp }),
    ...(changed?.includes("enable_dhcp") && { enableDhcp: subnet.enableDhcp }),
  });
  noteDhcp(state, present.networkId);
}

/** Another boot: the node's kernel is empty, and what stood there is gone. */
function noteBoot(state: TopologyState, id: string, bootId: string, name?: string): void {
  const present = state.nodes.get(id);
  if (present === undefined && name === undefined) return;
  if (present !== undefined && present.bootId !== bootId) forgetOutcomes(state, id);
  replaceNode(state, id, { id, name: name ?? present?.name ?? "", bootId });
}
