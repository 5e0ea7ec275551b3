import { type Action, type Belonging, type Call, requirePermitted } from "@rhumbline/grpc";
import type { ActiveAddressGroup } from "../../address-group/state.ts";
import type { ActiveFloatingIp } from "../../floating-ip/state.ts";
import type { ActiveNetwork } from "../../network/state.ts";
import type { ActivePort } from "../../port/state.ts";
import type { StampedPortForwarding } from "../../port-forwarding/state.ts";
import { portForwardingWith } from "../../read-model/port-forwardings.ts";
import type { KnownSubnet, TopologyState } from "../../read-model/state.ts";
import type { ActiveRouter } from "../../router/state.ts";
import type { ActiveSecurityGroup } from "../../security-group/state.ts";

/** Things by their ids, for those who may do with them what they are about to: by the method called, or by the action
 *  that is named. What the caller does not see is not there for him.
 *  @throws {NotFound} {Forbidden} */

type Asking = Pick<Call, "caller" | "definition">;

export const permittedNetwork = (state: TopologyState, call: Asking, id: string, action?: Action): ActiveNetwork =>
  requirePermitted(call, { kind: "network", id }, state.networks.get(id), networkBelonging, action);

export const permittedPort = (state: TopologyState, call: Asking, id: string, action?: Action): ActivePort =>
  requirePermitted(call, { kind: "port", id }, state.ports.get(id), (port) => portBelonging(state, port), action);

export const permittedRouter = (state: TopologyState, call: Asking, id: string): ActiveRouter =>
  requirePermitted(call, { kind: "router", id }, state.routers.get(id), ({ router }) => router);

export const permittedFloatingIp = (
  state: TopologyState,
  call: Asking,
  id: string,
  action?: Action,
): ActiveFloatingIp =>
  requirePermitted(
    call,
    { kind: "floating IP", id },
    state.floatingIps.get(id),
    ({ floatingIp }) => floatingIp,
    action,
  );

export const permittedPortForwarding = (state: TopologyState, call: Asking, id: string): StampedPortForwarding =>
  requirePermitted(
    call,
    { kind: "port forwarding", id },
    portForwardingWith(state, id),
    ({ portForwarding }) => portForwarding,
  );

export const permittedSecurityGroup = (
  state: TopologyState,
  call: Asking,
  id: string,
  action?: Action,
): ActiveSecurityGroup =>
  requirePermitted(call, { kind: "security group", id }, state.securityGroups.get(id), ({ group }) => group, action);

export const permittedAddressGroup = (
  state: TopologyState,
  call: Asking,
  id: string,
  action?: Action,
): ActiveAddressGroup =>
  requirePermitted(call, { kind: "address group", id }, state.addressGroups.get(id), ({ group }) => group, action);

/** @param found undefined: there is none. */
export const permittedSubnet = (
  state: TopologyState,
  call: Asking,
  { id, found }: { id: string; found: KnownSubnet | undefined },
  action?: Action,
): KnownSubnet => requirePermitted(call, { kind: "subnet", id }, found, (subnet) => inNetwork(state, subnet), action);

export const networkBelonging = ({ network }: ActiveNetwork): Belonging => {
  const { projectId, shared, external } = network;
  return { projectId, networkProjectId: projectId, shared, external };
};

export const portBelonging = (state: TopologyState, { port }: ActivePort): Belonging => inNetwork(state, port);

function inNetwork(
  state: TopologyState,
  { projectId, networkId }: { readonly projectId: string; readonly networkId: string },
): Belonging {
  const network = state.networks.get(networkId);
  return network === undefined ? { projectId } : { ...networkBelonging(network), projectId };
}
