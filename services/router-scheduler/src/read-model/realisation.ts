import {
  type NodeRealisation,
  type Realisation,
  ResourceKind,
} from "@rhumbline/proto/rhumbline/scheduler/v1/realisation_service";
import { type ResourceKey, resourceKey } from "../compile/resource-key.ts";
import { isDhcpPort, isInstancePort } from "../logical-network/state.ts";
import { placeOfRouter } from "../placement/plan-placements.ts";
import type { SchedulerState } from "./state.ts";

/** What is known of a resource on its way to the nodes. */
export interface Assessment {
  readonly realisation: Omit<Realisation, "compiledPosition">;
  /** Waiting longer would bring no other answer by itself: it is done, or it failed, or no node can do it. */
  readonly settled: boolean;
}

/** Whether every node concerned has reported the resource as it is wanted now. What concerns no node is realised: a network
 *  without ports, a floating IP that stands for none, what was deleted and is gone from all nodes. */
export function assess(state: SchedulerState, kind: ResourceKind, id: string): Assessment {
  switch (kind) {
    case ResourceKind.NETWORK:
      return onNodes(state, resourceKey("network", id));
    case ResourceKind.ROUTER:
      return behindRouter(state, resourceKey("router", id), id);
    case ResourceKind.FLOATING_IP:
      return behindRouter(state, resourceKey("floatingip", id), state.floatingIps.get(id)?.routerId ?? "");
    case ResourceKind.PORT_FORWARDING: {
      const floatingIp = state.floatingIps.get(state.floatingIpByForwarding.get(id) ?? "");
      return behindRouter(state, resourceKey("portforwarding", id), floatingIp?.routerId ?? "");
    }
    case ResourceKind.PORT:
      return assessPort(state, id);
    case ResourceKind.SECURITY_GROUP:
      return onNodes(state, resourceKey("securitygroup", id));
    case ResourceKind.ADDRESS_GROUP:
      return onNodes(state, resourceKey("addressgroup", id));
    case ResourceKind.UNSPECIFIED:
      return onNodes(state, resourceKey("port", id));
    default:
      return kind satisfies never;
  }
}

function assessPort(state: SchedulerState, portId: string): Assessment {
  const port = state.ports.get(portId);
  const key = resourceKey("port", portId);
  if (port === undefined) return onNodes(state, key);
  // A DHCP server's port is realised with the server, on every node that has one.
  if (isDhcpPort(port)) return onNodes(state, resourceKey("dhcp", port.networkId));
  // A router's port is a leg of the router, and part of what its node realises under the router's key.
  if (!isInstancePort(port)) {
    return state.routers.has(port.deviceId) ? assess(state, ResourceKind.ROUTER, port.deviceId) : onNodes(state, key);
  }
  const { nodeId } = port;
  return onNodes(state, key, nodeId === "" || state.nodes.has(nodeId) ? "" : `node ${nodeId} is not registered`);
}

/** Of what runs where its router does. */
function behindRouter(state: SchedulerState, key: ResourceKey, routerId: string): Assessment {
  const { pending, unschedulable } = placeOfRouter(state, routerId);
  const { realisation, settled } = onNodes(state, key, unschedulable);
  return pending ? { realisation: { ...realisation, realised: false }, settled: false } : { realisation, settled };
}

/** @param reason why no node will do it; empty: none. */
function onNodes(state: SchedulerState, key: ResourceKey, reason = ""): Assessment {
  const nodes: NodeRealisation[] = [];
  for (const [nodeId, { entries }] of state.desired) {
    const desiredPosition = entries.get(key)?.position;
    if (desiredPosition === undefined) continue;
    const outcome = state.realised.get(nodeId)?.outcomes.get(key);
    const nodeName = state.nodes.get(nodeId)?.name ?? "";
    const appliedPosition = outcome?.position ?? 0;
    const { error = "", waiting = false } = outcome ?? {};
    nodes.push({ nodeId, nodeName, desiredPosition, appliedPosition, error, waiting });
  }
  const reported = nodes.every(({ appliedPosition, desiredPosition }) => appliedPosition >= desiredPosition);
  const realised = reported && reason === "" && nodes.every(({ error }) => error === "");
  return {
    realisation: { realised, nodes, reason },
    settled: (reported && !nodes.some(({ waiting }) => waiting)) || reason !== "",
  };
}
