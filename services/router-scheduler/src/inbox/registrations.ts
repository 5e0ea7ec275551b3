import { isUuid } from "@rhumbline/grpc";
import { type Bus, type Stop, serveRegistrations } from "@rhumbline/messaging";
import { NodeHeartbeat, type RegisterNode, type RegisterNodeReply } from "@rhumbline/proto/rhumbline/agent/v1/report";
import { Node as WireNode } from "@rhumbline/proto/rhumbline/scheduler/v1/node";
import type { ServiceContext } from "@rhumbline/service";
import type { LivenessSettings } from "../liveness/judge-node.ts";
import { decideNode } from "../node/decide.ts";
import type { NodeAttributes } from "../node/state.ts";
import { toldBy } from "../node/told.ts";
import { nodes, realised, type SchedulerState } from "../read-model/state.ts";
import type { Heartbeats } from "./heartbeats.ts";
import { nodeContext } from "./node-context.ts";

/** Answers agents that register. One that is refused touches nothing and asks again. */
export function serveNodeRegistrations(
  { fold, executor, logId, log }: ServiceContext<SchedulerState>,
  bus: Bus,
  heartbeats: Heartbeats,
  { nodeTimeoutMs, failoverDelayMs }: LivenessSettings,
): Stop {
  return serveRegistrations(bus, async (nodeId, request): Promise<RegisterNodeReply> => {
    const { lastSeq } = realised.select(fold.state, nodeId);
    const attributes = attributesIn(request);
    const refusal =
      refuseMalformed(nodeId, request, attributes) ??
      refuseSecondHost(nodeId, attributes, fold.state, heartbeats, nodeTimeoutMs);
    if (refusal !== undefined) {
      log.warn({ nodeId, name: attributes.name, refusal }, "refused a node");
      return { refusal, lastSeq, logId, desiredPosition: 0, failoverDelayMs };
    }
    const { incarnation } = attributes;
    heartbeats.hear(nodeId, NodeHeartbeat.fromPartial({ incarnation }));
    const register = { type: "RegisterNode", nodeId, attributes } as const;
    await executor.execute(nodes, nodeId, (node) => decideNode(register, node), nodeContext(nodeId));
    log.info({ nodeId, name: attributes.name, incarnation, lastSeq }, "node registered");
    const desiredPosition = fold.state.desired.get(nodeId)?.position ?? 0;
    const reported = realised.select(fold.state, nodeId).lastSeq;
    return { refusal: "", lastSeq: reported, logId, desiredPosition, failoverDelayMs };
  });
}

function attributesIn({ node, bootId, incarnation }: RegisterNode): NodeAttributes {
  return { ...toldBy(node ?? WireNode.fromPartial({})), bootId, incarnation };
}

const maxNameLength = 255;

function refuseMalformed(nodeId: string, { node }: RegisterNode, attributes: NodeAttributes): string | undefined {
  const { name, bootId, incarnation } = attributes;
  if (!isUuid(nodeId)) return `node id ${JSON.stringify(nodeId)} is no UUID in lower case`;
  if (node !== undefined && node.id !== "" && node.id !== nodeId)
    return `the message is of node ${node.id}, the subject of ${nodeId}`;
  if (name === "" || name.length > maxNameLength) return `a node needs a name of 1 to ${maxNameLength} characters`;
  if (bootId === "" || incarnation === "") return "a node tells its boot_id and its incarnation";
  return refuseMalformedFacts(attributes);
}

const maxLabels = 64;

/** What placement reads must be readable. */
function refuseMalformedFacts({ availabilityZone, labels }: NodeAttributes): string | undefined {
  if (availabilityZone.length > maxNameLength) return `an availability zone has ${maxNameLength} characters at most`;
  const named = Object.entries(labels);
  if (named.length > maxLabels) return `a node has ${maxLabels} labels at most`;
  const wrong = named.find(([key, value]) => key === "" || key.length > 63 || value.length > 63);
  if (wrong !== undefined) return `label ${JSON.stringify(wrong[0])}: keys and values have 63 characters at most`;
  return undefined;
}

/** Two hosts with one id (a cloned disk) would tear down each other's work: the one that is heard stays. An agent that
 *  started again on the same host is no second host, and takes over at once. */
function refuseSecondHost(
  nodeId: string,
  attributes: NodeAttributes,
  state: SchedulerState,
  heartbeats: Heartbeats,
  nodeTimeoutMs: number,
): string | undefined {
  const present = state.nodes.get(nodeId);
  if (present === undefined || present.bootId === attributes.bootId) return undefined;
  const heard = heartbeats.last(nodeId);
  if (heard !== undefined && heard.heartbeat.incarnation === present.incarnation && heard.ageMs < nodeTimeoutMs) {
    const seconds = Math.ceil(heard.ageMs / 1000);
    return `node id ${nodeId} is in use by host ${present.name}, which was heard ${seconds} s ago; give this host an id of its own`;
  }
  if (present.alive && heartbeats.listeningMs() < nodeTimeoutMs) {
    return `node id ${nodeId} may be in use by host ${present.name}: listening for it; ask again in ${Math.ceil(nodeTimeoutMs / 1000)} s`;
  }
  return undefined;
}
