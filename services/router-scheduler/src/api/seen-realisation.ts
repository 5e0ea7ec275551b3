import { type Belonging, type Caller, isAdmin, type Kind, sees } from "@rhumbline/grpc";
import { type Realisation, ResourceKind } from "@rhumbline/proto/rhumbline/scheduler/v1/realisation_service";
import type { SchedulerState } from "../read-model/state.ts";

const kinds: Readonly<Partial<Record<ResourceKind, { kind: Kind; category: string }>>> = {
  [ResourceKind.NETWORK]: { kind: "network", category: "network" },
  [ResourceKind.PORT]: { kind: "port", category: "port" },
  [ResourceKind.ROUTER]: { kind: "router", category: "router" },
  [ResourceKind.FLOATING_IP]: { kind: "floating IP", category: "floatingIp" },
  // Whose it is, its floating IP's project says.
  [ResourceKind.PORT_FORWARDING]: { kind: "port forwarding", category: "floatingIp" },
};

/** Whether a resource is there that the caller may not know of: he is answered as if it were not. One that is gone is
 *  nobody's any more, and who deleted it may wait until the nodes have let it go. */
export function isHidden(
  { owners, floatingIpByForwarding }: Pick<SchedulerState, "owners" | "floatingIpByForwarding">,
  caller: Caller,
  { kind: asked, id }: { readonly kind: ResourceKind; readonly id: string },
): boolean {
  const named = kinds[asked];
  const ownId = asked === ResourceKind.PORT_FORWARDING ? floatingIpByForwarding.get(id) : id;
  const owner = named && owners.get(`${named.category}-${ownId}`);
  if (named === undefined || owner === undefined) return false;
  const network = owner.networkId === "" ? owner : owners.get(`network-${owner.networkId}`);
  const thing: Belonging = { ...network, projectId: owner.projectId, networkProjectId: network?.projectId };
  return !sees(caller, named.kind, thing);
}

/** What is answered of a resource that is not there. */
export const nothingToRealise = { realised: true, nodes: [], reason: "" } as const;

/** Which nodes there are, and what each lacks, is the operator's to know. */
export function asSeenBy<R extends Omit<Realisation, "compiledPosition">>(caller: Caller, realisation: R): R {
  if (isAdmin(caller)) return realisation;
  const nodes = realisation.nodes.map((node) => ({ ...node, nodeId: "", nodeName: "" }));
  const reason = realisation.reason === "" ? "" : "no node can hold it; an administrator is told why";
  return { ...realisation, nodes, reason };
}
