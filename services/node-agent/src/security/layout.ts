import type { FilterObject } from "./filter-object.ts";
import type { GroupRules, PortSecurity, RemoteAddresses } from "./model.ts";

/** How a backend lays the model out in the packet filter. What an object refers to is in its own part of the layout, or in
 *  one that is named before it here. */
export interface Layout {
  /** What stands on every host with a bridge of ours, whatever its ports are: nothing passes a port of an instance before
   *  its own rules stand. */
  readonly base: readonly FilterObject[];
  /** Its packets are tracked in a zone of its own: two tenants may use the same addresses. */
  bridge(bridge: string, zone: number): FilterObject[];
  /** A set for each IP version: one member more is one element more, whatever the number of rules and ports. */
  remote(addresses: RemoteAddresses): FilterObject[];
  /** Written once for all ports that have it. */
  group(group: GroupRules): FilterObject[];
  port(port: PortSecurity): FilterObject[];
  /** The bridge and the zone that the object gives it. */
  zoneIn(object: FilterObject): readonly [bridge: string, zone: number] | undefined;
}
