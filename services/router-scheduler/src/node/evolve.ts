import type { Stamp } from "@rhumbline/event-sourcing";
import type { NodeRegistered } from "@rhumbline/proto/rhumbline/scheduler/v1/scheduler_events";
import type { NodeEvent } from "./events.ts";
import { absentNode, type Node } from "./state.ts";

export function evolveNode(node: Node, event: NodeEvent, stamp: Stamp): Node {
  if (event.type === "NodeRegistered") return registered(node, event.data, stamp);
  // Only a registered node has other events: decide sees to that.
  if (node.status === "absent") return absentNode;
  switch (event.type) {
    case "NodeBecameReachable":
      return { ...node, alive: true };
    case "NodeBecameUnreachable":
      return { ...node, alive: false };
    case "NodeDeleted":
      return absentNode;
    default:
      return event satisfies never;
  }
}

function registered(before: Node, data: NodeRegistered, { revision, timeMs }: Stamp): Node {
  if (data.node === undefined) return before;
  const { id, name, bridgeMappings, tunnelIp, capabilities, agentVersion, backend } = data.node;
  return {
    status: "registered",
    id,
    name,
    bridgeMappings,
    tunnelIp,
    capabilities,
    agentVersion,
    backend,
    bootId: data.bootId,
    incarnation: data.incarnation,
    // Who registers is there.
    alive: true,
    etag: String(revision),
    createTimeMs: before.status === "registered" ? before.createTimeMs : timeMs,
  };
}
