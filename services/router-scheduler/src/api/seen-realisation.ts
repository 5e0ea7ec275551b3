import { type Belonging, type Caller, isAdmin, type Kind, sees } from "@rhumbline/grpc";
import { type Realisation, ResourceKind } from "@rhumbline/proto/rhumbline/scheduler/v1/realisation_service";
import type { Owner } from "../logical-network/owners.ts";
import type { SchedulerState } from "../read-model/state.ts";

const kinds: Readonly<Partial<Record<ResourceKind, { kind: Kind; category: string }>>> = {
  [ResourceKind.NETWORK]: { kind: "network", category: "network" },
  [ResourceKind.ROUTER]: { kind: "router", category: "router" },
  [ResourceKind.FLOATING_IP]: { kind: "floating IP", category: "floatingIp" },
  // Whose it is, its floating IP's project says.
  [ResourceKind.PORT_FORWARDING]: { kind: "port forwarding", category: "floatingIp" },
};

/** Whether a resource is there that the caller may not know of: he is answered as if it were not. One that is gone is
 *  nobody's any more, and who deleted it may wait until the nodes have let it go. */
export function isHidden(
  { ports, owners, floatingIpByForwarding }: Pick<SchedulerState, "ports" | "owners" | "floatingIpByForwarding">,
  caller: Caller,
  { kind: asked, id }: { readonly kind: ResourceKind; readonly id: string },
): boolean {
  const port = asked === ResourceKind.PORT ? ports.get(id) : undefined;
  if (port !== undefined)
    return !sees(caller, "port", belonging(port.projectId, owners.get(`network-${port.networkId}`)));
  const named = kinds[asked];
  const ownId = asked === ResourceKind.PORT_FORWARDING ? floatingIpByForwarding.get(id) : id;
  const owner = named && owners.get(`${named.category}-${ownId}`);
  if (named === undefined || owner === undefined) return false;
  return !sees(caller, named.kind, belonging(owner.projectId, owner));
}

const belonging = (projectId: string, network: Owner | undefined): Belonging => ({
  ...network,
  projectId,
  networkProjectId: network?.projectId,
});

/** What is answered of a resource that is not there. */
export const nothingToRealise = { realised: true, nodes: [], reason: "" } as const;

/** Which nodes there are, and what each lacks, is the operator's to know. */
export function asSeenBy<R extends Omit<Realisation, "compiledPosition">>(caller: Caller, realisation: R): R {
  if (isAdmin(caller)) return realisation;
  const nodes = realisation.nodes.map((node) => ({ ...node, nodeId: "", nodeName: "" }));
  const reason = realisation.reason === "" ? "" : "no node can hold it; an administrator is told why";
  return { ...realisation, nodes, reason };
}
