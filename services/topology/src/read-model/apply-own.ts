import type { Stamp } from "@rhumbline/event-sourcing";
import { deviceOwners } from "../port/device-owner.ts";
import type { PortEvent } from "../port/events.ts";
import type { PortForwardingEvent } from "../port-forwarding/events.ts";
import { noteDhcp } from "./dhcp.ts";
import type { OwnEvent } from "./events.ts";
import { place } from "./placement.ts";
import {
  replaceAddressGroup,
  replaceFloatingIp,
  replaceNetwork,
  replacePort,
  replaceRouter,
  replaceSecurityGroup,
} from "./replace.ts";
import {
  addressGroups,
  floatingIps,
  networks,
  ports,
  quotas,
  routers,
  securityGroups,
  segmentRanges,
  type TopologyState,
} from "./state.ts";

export interface At extends Stamp {
  readonly position: number;
}

/** @param id of the stream after its category: the aggregate's. */
export function applyOwn(state: TopologyState, id: string, event: OwnEvent, at: At): void {
  switch (event.type) {
    case "NetworkCreated":
    case "NetworkUpdated":
    case "NetworkDeleted": {
      const network = networks.evolve(networks.select(state, id), event, at);
      replaceNetwork(state, id, network);
      if (network.status === "active") state.strayScopes.delete(id);
      else state.closedScopes.delete(id);
      noteDhcp(state, id);
      return;
    }
    case "SegmentAllocated":
    case "SegmentReleased":
      state.segmentRanges.set(id, segmentRanges.evolve(segmentRanges.select(state, id), event, at));
      return;
    case "PortCreated":
    case "PortUpdated":
    case "PortBound":
    case "PortUnbound":
    case "PortMoveStarted":
    case "PortMoveAborted":
    case "PortDeleted":
      applyToPort(state, id, event, at);
      if (event.type === "PortBound") place(state, `port.${id}`, { nodeId: event.data.nodeId, position: at.position });
      if (event.type === "PortUnbound" || event.type === "PortDeleted") place(state, `port.${id}`, undefined);
      return;
    case "RouterCreated":
    case "RouterUpdated":
    case "RouterInterfaceAdded":
    case "RouterInterfaceRemoved":
    case "RouterGatewaySet":
    case "RouterGatewayCleared":
    case "RouterDeleted":
      replaceRouter(state, id, routers.evolve(routers.select(state, id), event, at));
      if (event.type === "RouterDeleted") place(state, `router.${id}`, undefined);
      return;
    case "FloatingIpCreated":
    case "FloatingIpUpdated":
    case "FloatingIpAssociated":
    case "FloatingIpDisassociated":
    case "FloatingIpDeleted":
      replaceFloatingIp(state, id, floatingIps.evolve(floatingIps.select(state, id), event, at));
      // Where, its router's placement says.
      if (event.type === "FloatingIpAssociated")
        place(state, `floatingip.${id}`, { nodeId: "", position: at.position });
      if (event.type === "FloatingIpDisassociated") place(state, `floatingip.${id}`, undefined);
      return;
    case "PortForwardingCreated":
    case "PortForwardingUpdated":
    case "PortForwardingDeleted":
      applyPortForwarding(state, id, event, at);
      return;
    case "SecurityGroupCreated":
    case "SecurityGroupUpdated":
    case "SecurityGroupRuleAdded":
    case "SecurityGroupRuleRemoved":
    case "SecurityGroupDeleted":
      replaceSecurityGroup(state, id, securityGroups.evolve(securityGroups.select(state, id), event, at));
      return;
    case "AddressGroupCreated":
    case "AddressGroupUpdated":
    case "AddressGroupDeleted":
      replaceAddressGroup(state, id, addressGroups.evolve(addressGroups.select(state, id), event, at));
      return;
    case "QuotaUpdated":
      state.quotas.set(id, quotas.evolve(quotas.select(state, id), event, at));
      return;
    default:
      event satisfies never;
  }
}

/** Where it stands, its router's placement says. What a node said of it before it changed counts no more. */
function applyPortForwarding(state: TopologyState, floatingIpId: string, event: PortForwardingEvent, at: At): void {
  replaceFloatingIp(state, floatingIpId, floatingIps.evolve(floatingIps.select(state, floatingIpId), event, at));
  const id = event.type === "PortForwardingCreated" ? event.data.portForwarding?.id : event.data.portForwardingId;
  const placement = event.type === "PortForwardingDeleted" ? undefined : { nodeId: "", position: at.position };
  place(state, `portforwarding.${id}`, placement);
}

function applyToPort(state: TopologyState, id: string, event: PortEvent, at: At): void {
  const before = ports.select(state, id);
  const after = ports.evolve(before, event, at);
  replacePort(state, id, before, after);
  for (const port of [before, after]) {
    if (port.status === "active" && port.port.deviceOwner === deviceOwners.dhcp) noteDhcp(state, port.port.networkId);
  }
}
