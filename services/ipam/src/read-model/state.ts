import type { Aggregate } from "@rhumbline/event-sourcing";
import type { ScopeEvent } from "../scope/events.ts";
import { evolveScope } from "../scope/evolve.ts";
import { absentScope, type Scope } from "../scope/state.ts";
import type { SubnetEvent } from "../subnet/events.ts";
import { evolveSubnet } from "../subnet/evolve.ts";
import { type ActiveSubnet, absentSubnet, ipsOf, type Subnet } from "../subnet/state.ts";
import type { SubnetPoolEvent } from "../subnet-pool/events.ts";
import { evolveSubnetPool } from "../subnet-pool/evolve.ts";
import { type ActiveSubnetPool, absentSubnetPool, type SubnetPoolState } from "../subnet-pool/state.ts";

/** All that ipam knows, by id. */
export interface IpamState {
  readonly scopes: Map<string, Scope>;
  readonly subnets: Map<string, ActiveSubnet>;
  readonly subnetPools: Map<string, ActiveSubnetPool>;
  /** By project, how many subnets topology's quota lets it have; -1: any number. Absent: the default. */
  readonly subnetLimits: Map<string, number>;
}

export const emptyState = (): IpamState => ({
  scopes: new Map(),
  subnets: new Map(),
  subnetPools: new Map(),
  subnetLimits: new Map(),
});

export const scopes: Aggregate<IpamState, Scope, ScopeEvent> = {
  category: "scope",
  select: (state, id) => state.scopes.get(id) ?? absentScope,
  evolve: evolveScope,
};

export const subnets: Aggregate<IpamState, Subnet, SubnetEvent> = {
  category: "subnet",
  select: (state, id) => state.subnets.get(id) ?? absentSubnet,
  evolve: evolveSubnet,
};

export const subnetPools: Aggregate<IpamState, SubnetPoolState, SubnetPoolEvent> = {
  category: "subnetPool",
  select: (state, id) => state.subnetPools.get(id) ?? absentSubnetPool,
  evolve: evolveSubnetPool,
};

/** The id of the pool that is the default of the IP version. */
export const defaultPoolOf = (state: IpamState, ipVersion: number): string | undefined =>
  [...state.subnetPools.values()].find(({ pool }) => pool.isDefault && pool.ipVersion === ipVersion)?.id;

/** The subnets of a network, in the order of their CIDRs' reservation ids: the same at every call. */
export function subnetsOf(state: IpamState, scopeId: string): ActiveSubnet[] {
  const scope = scopes.select(state, scopeId);
  if (scope.status === "absent") return [];
  return [...scope.cidrBySubnet.entries()].flatMap(([id]) => state.subnets.get(id) ?? []);
}

/** How many subnets a project has. */
export const subnetsOfProject = ({ subnets: byId }: IpamState, project: string): number =>
  [...byId.values()].filter(({ projectId }) => projectId === project).length;

/** What an owner holds in a network. */
export function holdingsOf(state: IpamState, scopeId: string, ownerId: string) {
  const scope = scopes.select(state, scopeId);
  const macAddress = scope.status === "absent" ? undefined : scope.macByOwner.get(ownerId)?.macAddress;
  const addresses = subnetsOf(state, scopeId).flatMap((subnet) =>
    ipsOf(subnet, ownerId).map((ipAddress) => ({ subnet, ipAddress })),
  );
  return { macAddress, addresses };
}
