import type { PersistentMap, VersionedMap } from "@rhumbline/event-sourcing";
import type { Causation, DesiredResource } from "@rhumbline/proto/rhumbline/agent/v1/desired";
import type { LogicalNetwork } from "../logical-network/state.ts";
import type { RegisteredNode } from "../node/state.ts";
import type { RouterBinding } from "../router-binding/state.ts";
import type { ResourceKey } from "./resource-key.ts";

/** What desired state follows from, and what it is. */
export interface Compiled extends LogicalNetwork {
  readonly nodes: Map<string, RegisteredNode>;
  readonly bindings: Map<string, RouterBinding>;
  /** Network → node → how many routers and instance ports of the network are there. */
  readonly usersByNetwork: Map<string, PersistentMap<string, number>>;
  /** Of those the instance ports alone: whom a DHCP server there would serve. */
  readonly instancesByNetwork: Map<string, PersistentMap<string, number>>;
  /** Security group → node → how many instance ports there have it. */
  readonly usersByGroup: Map<string, PersistentMap<string, number>>;
  /** Of every registered node. */
  readonly desired: Map<string, NodeDesired>;
}

/** All that one node is to realise. A new object at every change: what was read stays as it was. */
export interface NodeDesired extends Cause {
  /** Those to be removed included, until the node reported that. */
  readonly entries: VersionedMap<ResourceKey, DesiredEntry>;
}

/** One desired value; position and causation are of the event that last changed it. */
export interface DesiredEntry extends Cause {
  readonly resource: Resource;
}

export type Resource = NonNullable<DesiredResource["resource"]>;

export interface Cause {
  readonly position: number;
  readonly causation: Causation;
}

export const isGone = ({ resource }: DesiredEntry): boolean => resource.$case === "gone";
