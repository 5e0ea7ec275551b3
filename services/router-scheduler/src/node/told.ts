import type { NodeRegistered } from "@rhumbline/proto/rhumbline/scheduler/v1/scheduler_events";
import type { NodeAttributes } from "./state.ts";

type WireNode = NonNullable<NodeRegistered["node"]>;
export type Told = Omit<NodeAttributes, "bootId" | "incarnation">;

/** What a host says of itself, out of a message that has room for much else. */
export const toldBy = (node: Told | WireNode): Told => ({
  name: node.name,
  bridgeMappings: node.bridgeMappings,
  tunnelIp: node.tunnelIp,
  capabilities: node.capabilities,
  agentVersion: node.agentVersion,
  backend: node.backend,
  availabilityZone: node.availabilityZone,
  labels: node.labels,
  maxRouters: node.maxRouters,
  underlayMtu: node.underlayMtu,
});
