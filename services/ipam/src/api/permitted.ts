import { type Action, type Belonging, type Call, requirePermitted } from "@rhumbline/grpc";
import { type IpamState, scopes } from "../read-model/state.ts";
import type { PresentScope } from "../scope/state.ts";
import type { ActiveSubnet } from "../subnet/state.ts";
import type { ActiveSubnetPool } from "../subnet-pool/state.ts";

/** Things by their ids, for those who may do with them what they are about to: by the method called, or by the action
 *  that is named. What the caller does not see is not there for him.
 *  @throws {NotFound} {Forbidden} */

type Asking = Pick<Call, "caller" | "definition">;

export const permittedSubnet = (state: IpamState, call: Asking, id: string): ActiveSubnet =>
  requirePermitted(call, { kind: "subnet", id }, state.subnets.get(id), (subnet) => subnetBelonging(state, subnet));

export const permittedSubnetPool = (state: IpamState, call: Asking, id: string, action?: Action): ActiveSubnetPool =>
  requirePermitted(call, { kind: "subnet pool", id }, state.subnetPools.get(id), ({ pool }) => pool, action);

/** Lets the caller make a subnet in a network. */
export function requireOwnNetwork(state: IpamState, call: Asking, id: string): void {
  const scope = presentScope(state, id);
  requirePermitted(call, { kind: "network", id }, scope, networkBelonging, "subnet.network_id");
}

export function subnetBelonging(
  state: IpamState,
  { projectId, networkId }: Pick<ActiveSubnet, "projectId" | "networkId">,
): Belonging {
  const scope = presentScope(state, networkId);
  return scope === undefined ? { projectId } : { ...networkBelonging(scope), projectId };
}

function presentScope(state: IpamState, networkId: string): PresentScope | undefined {
  const scope = scopes.select(state, networkId);
  return scope.status === "absent" ? undefined : scope;
}

const networkBelonging = ({ projectId, shared, external }: PresentScope): Belonging => ({
  projectId,
  networkProjectId: projectId,
  shared,
  external,
});
