import { canonicalText, EtagMismatch, NotFound } from "@rhumbline/event-sourcing";
import type { DeleteNode, DrainNode, NodeCommand, RegisterNode } from "./commands.ts";
import { NodeInUse } from "./errors.ts";
import type { NodeEvent } from "./events.ts";
import type { Node, NodeAttributes, RegisteredNode } from "./state.ts";
import { toldBy } from "./told.ts";

/** Liveness leads to an event only where it changes; every command is safe to repeat.
 *  @throws {NotFound} {EtagMismatch} {NodeInUse} */
export function decideNode(command: NodeCommand, node: Node): readonly NodeEvent[] {
  switch (command.type) {
    case "RegisterNode":
      return register(command, node);
    case "MarkReachable":
      return isRunning(node, command.incarnation) && !node.alive
        ? [{ type: "NodeBecameReachable", data: { nodeId: node.id } }]
        : [];
    case "MarkUnreachable":
      return isRunning(node, command.incarnation) && node.alive
        ? [{ type: "NodeBecameUnreachable", data: { nodeId: node.id, reason: command.reason } }]
        : [];
    case "CordonNode":
      return requireNode(command.nodeId, node).cordoned
        ? []
        : [{ type: "NodeCordoned", data: { nodeId: command.nodeId } }];
    case "UncordonNode":
      return requireNode(command.nodeId, node).cordoned
        ? [{ type: "NodeUncordoned", data: { nodeId: command.nodeId } }]
        : [];
    case "DrainNode":
      return drain(command, requireNode(command.nodeId, node));
    case "EndDrain":
      return requireNode(command.nodeId, node).drain === undefined
        ? []
        : [{ type: "NodeDrained", data: { nodeId: command.nodeId } }];
    case "MarkFailed":
      return isRunning(node, command.incarnation) && node.failed === ""
        ? [{ type: "NodeFailed", data: { nodeId: node.id, reason: command.reason } }]
        : [];
    case "MarkRefusing":
      return isRunning(node, command.incarnation) && node.refusal === ""
        ? [{ type: "NodeRefusedDesiredState", data: { nodeId: node.id, reason: command.reason } }]
        : [];
    case "MarkAccepting":
      return isRunning(node, command.incarnation) && node.refusal !== ""
        ? [{ type: "NodeAcceptedDesiredState", data: { nodeId: node.id } }]
        : [];
    case "DeleteNode":
      return remove(command, node);
    default:
      return command satisfies never;
  }
}

/** Fields of a node that no host says of itself. */
const decidedElsewhere = {
  alive: false,
  appliedPosition: 0,
  desiredPosition: 0,
  createTime: undefined,
  lastReportTime: undefined,
  etag: "",
  routerCount: 0,
  refusal: "",
  cordoned: false,
  drain: undefined,
  liveness: undefined,
  missingUnderlayBytes: 0,
} as const;

function register({ nodeId, attributes }: RegisterNode, node: Node): NodeEvent[] {
  if (node.status === "registered" && canonicalText(attributesOf(node)) === canonicalText(attributes)) {
    return node.alive ? [] : [{ type: "NodeBecameReachable", data: { nodeId } }];
  }
  const { bootId, incarnation, ...told } = attributes;
  const { bridgeMappings, labels } = told;
  const registered = {
    ...told,
    bridgeMappings: { ...bridgeMappings },
    labels: { ...labels },
    id: nodeId,
    ...decidedElsewhere,
  };
  return [{ type: "NodeRegistered", data: { node: registered, bootId, incarnation } }];
}

/** A drain that is under way goes on; only how many move at once may be another. */
function drain({ nodeId, maxMovesAtOnce, routersAtStart }: DrainNode, present: RegisteredNode): NodeEvent[] {
  if (present.drain?.maxMovesAtOnce === maxMovesAtOnce) return [];
  const atStart = present.drain?.routersAtStart ?? routersAtStart;
  return [{ type: "NodeDrainStarted", data: { nodeId, maxMovesAtOnce, routersAtStart: atStart } }];
}

function remove({ nodeId, etag, routerIds }: DeleteNode, node: Node): NodeEvent[] {
  const present = requireNode(nodeId, node);
  if (etag !== "" && etag !== present.etag) throw new EtagMismatch("node", nodeId, etag, present.etag);
  if (routerIds.length > 0) throw new NodeInUse(nodeId, routerIds);
  return [{ type: "NodeDeleted", data: { nodeId } }];
}

function isRunning(node: Node, incarnation: string): node is RegisteredNode {
  return node.status === "registered" && node.incarnation === incarnation;
}

function requireNode(nodeId: string, node: Node): RegisteredNode {
  if (node.status === "absent") throw new NotFound("node", nodeId);
  return node;
}

function attributesOf(node: RegisteredNode): NodeAttributes {
  return { ...toldBy(node), bootId: node.bootId, incarnation: node.incarnation };
}
