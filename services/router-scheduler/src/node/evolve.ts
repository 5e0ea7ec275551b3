import type { Stamp } from "@rhumbline/event-sourcing";
import type { NodeRegistered } from "@rhumbline/proto/rhumbline/scheduler/v1/scheduler_events";
import type { NodeEvent } from "./events.ts";
import { absentNode, type Node } from "./state.ts";
import { toldBy } from "./told.ts";

export function evolveNode(node: Node, event: NodeEvent, stamp: Stamp): Node {
  if (event.type === "NodeRegistered") return registered(node, event.data, stamp);
  // Only a registered node has other events: decide sees to that.
  if (node.status === "absent") return absentNode;
  switch (event.type) {
    case "NodeBecameReachable":
      return { ...node, alive: true, failed: "" };
    case "NodeBecameUnreachable":
      return { ...node, alive: false };
    case "NodeCordoned":
      return { ...node, cordoned: true };
    case "NodeUncordoned":
      return { ...node, cordoned: false, drain: undefined };
    case "NodeDrainStarted": {
      const { maxMovesAtOnce, routersAtStart } = event.data;
      return { ...node, cordoned: true, drain: { maxMovesAtOnce, routersAtStart, startTimeMs: stamp.timeMs } };
    }
    case "NodeDrained":
      return { ...node, drain: undefined };
    case "NodeFailed":
      return { ...node, alive: false, failed: event.data.reason };
    case "NodeRefusedDesiredState":
      return { ...node, refusal: event.data.reason };
    case "NodeAcceptedDesiredState":
      return { ...node, refusal: "" };
    case "NodeDeleted":
      return absentNode;
    default:
      return event satisfies never;
  }
}

function registered(before: Node, data: NodeRegistered, { revision, timeMs }: Stamp): Node {
  if (data.node === undefined) return before;
  const known = before.status === "registered" ? before : undefined;
  return {
    status: "registered",
    id: data.node.id,
    ...toldBy(data.node),
    bootId: data.bootId,
    incarnation: data.incarnation,
    // Who registers is there.
    alive: true,
    cordoned: known?.cordoned ?? false,
    drain: known?.drain,
    failed: "",
    // An agent that starts anew finds the disk as full as it was: its heartbeats say when that is over.
    refusal: known?.refusal ?? "",
    etag: String(revision),
    createTimeMs: known?.createTimeMs ?? timeMs,
  };
}
