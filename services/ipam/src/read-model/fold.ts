import { type EventOf, eventCodec, type FoldDefinition, splitStream } from "@rhumbline/event-sourcing";
import * as messages from "@rhumbline/proto/rhumbline/ipam/v1/ipam_events";
import { QuotaUpdated } from "@rhumbline/proto/rhumbline/topology/v1/topology_events";
import { evolveScope } from "../scope/evolve.ts";
import { evolveSubnet } from "../subnet/evolve.ts";
import { emptyState, type IpamState, scopes, subnetPools, subnets } from "./state.ts";

const eventMessages = {
  ScopeOpened: messages.ScopeOpened,
  ScopeClosed: messages.ScopeClosed,
  CidrReserved: messages.CidrReserved,
  CidrReleased: messages.CidrReleased,
  MacAddressAllocated: messages.MacAddressAllocated,
  MacAddressReleased: messages.MacAddressReleased,
  SubnetCreated: messages.SubnetCreated,
  SubnetUpdated: messages.SubnetUpdated,
  SubnetDeleted: messages.SubnetDeleted,
  AddressAllocated: messages.AddressAllocated,
  AddressReleased: messages.AddressReleased,
  SubnetPoolCreated: messages.SubnetPoolCreated,
  SubnetPoolUpdated: messages.SubnetPoolUpdated,
  SubnetPoolDeleted: messages.SubnetPoolDeleted,
  PrefixAllocated: messages.PrefixAllocated,
  PrefixReleased: messages.PrefixReleased,
  QuotaUpdated,
};

export type IpamEvent = EventOf<typeof eventMessages>;

type QuotaEvent = Extract<IpamEvent, { type: "QuotaUpdated" }>;

export const ipamFold: FoldDefinition<IpamState, IpamEvent> = {
  service: "ipam",
  foreignCategories: ["quota"],
  codec: eventCodec(eventMessages),
  ignoredTypes: new Set(),
  initialState: emptyState,
  apply(state, event) {
    const stamp = { revision: event.revision, timeMs: event.metadata.timeMs };
    switch (event.type) {
      case "ScopeOpened":
      case "ScopeClosed":
      case "CidrReserved":
      case "CidrReleased":
      case "MacAddressAllocated":
      case "MacAddressReleased": {
        const { scopeId } = event.data;
        state.scopes.set(scopeId, evolveScope(scopes.select(state, scopeId), event, stamp));
        return;
      }
      case "SubnetPoolCreated":
      case "SubnetPoolUpdated":
      case "SubnetPoolDeleted":
      case "PrefixAllocated":
      case "PrefixReleased": {
        const { id } = splitStream(event.stream);
        const pool = subnetPools.evolve(subnetPools.select(state, id), event, stamp);
        if (pool.status === "active") state.subnetPools.set(id, pool);
        else state.subnetPools.delete(id);
        return;
      }
      case "QuotaUpdated":
        applyQuota(state, event.data);
        return;
      default: {
        const id = event.type === "SubnetCreated" ? (event.data.subnet?.id ?? "") : event.data.subnetId;
        const subnet = evolveSubnet(subnets.select(state, id), event, stamp);
        if (subnet.status === "active") state.subnets.set(id, subnet);
        else state.subnets.delete(id);
      }
    }
  },
};

/** Of topology's quotas what ipam holds projects to. A field without a value takes the default again. */
function applyQuota({ subnetLimits }: IpamState, { quota, changed }: QuotaEvent["data"]): void {
  if (quota === undefined || !changed?.includes("subnet")) return;
  if (quota.subnet === undefined) subnetLimits.delete(quota.projectId);
  else subnetLimits.set(quota.projectId, quota.subnet);
}
