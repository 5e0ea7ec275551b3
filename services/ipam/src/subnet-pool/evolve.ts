import { PersistentMap, type Stamp } from "@rhumbline/event-sourcing";
import type { SubnetPoolEvent } from "./events.ts";
import {
  absentSubnetPool,
  type SubnetPool,
  type SubnetPoolField,
  type SubnetPoolState,
  subnetPoolFields,
} from "./state.ts";

export function evolveSubnetPool(state: SubnetPoolState, event: SubnetPoolEvent, stamp: Stamp): SubnetPoolState {
  const stamped = { etag: String(stamp.revision), updateTimeMs: stamp.timeMs };
  if (event.type === "SubnetPoolCreated") {
    const pool = event.data.subnetPool;
    if (pool === undefined) return state;
    const carvedBySubnet = PersistentMap.empty<string, never>();
    return { status: "active", id: pool.id, pool, carvedBySubnet, createTimeMs: stamp.timeMs, ...stamped };
  }
  // Only a created pool has other events: decide sees to that.
  if (state.status === "absent") return state;
  switch (event.type) {
    case "SubnetPoolUpdated": {
      const { subnetPool, changed } = event.data;
      return subnetPool ? { ...state, pool: withFields(state.pool, subnetPool, changed ?? []), ...stamped } : state;
    }
    case "SubnetPoolDeleted":
      return absentSubnetPool;
    case "PrefixAllocated": {
      const { subnetId, cidr, projectId } = event.data;
      return { ...state, carvedBySubnet: state.carvedBySubnet.with(subnetId, { cidr, projectId }) };
    }
    case "PrefixReleased":
      return { ...state, carvedBySubnet: state.carvedBySubnet.without(event.data.subnetId) };
    default:
      return event satisfies never;
  }
}

/** The pool with the values of the fields named taken from another. */
export function withFields(present: SubnetPool, values: SubnetPool, fields: readonly string[]): SubnetPool {
  const keys = fields.flatMap((field) => subnetPoolFields[field as SubnetPoolField] ?? []);
  return { ...present, ...Object.fromEntries(keys.map((key) => [key, values[key]])) };
}
