import {
  NodeHeartbeat,
  NodeReport,
  NodeReportReply,
  RegisterNode,
  RegisterNodeReply,
} from "@rhumbline/proto/rhumbline/agent/v1/report";
import type { Logger } from "@rhumbline/telemetry";
import type { Bus, Stop } from "../bus/bus.ts";
import { MalformedMessage } from "../bus/bus-errors.ts";
import { decode, encode, type JsonMessage } from "../json-message.ts";
import { anyNodeSubject, nodeIdOfSubject, nodeSubject } from "../subjects.ts";

/** @throws {BusUnavailable} not answered: ask again.
 *  @throws {MalformedMessage} the answer is not one. */
export async function registerNode(bus: Bus, nodeId: string, request: RegisterNode): Promise<RegisterNodeReply> {
  return ask(bus, nodeSubject(nodeId, "register"), request, RegisterNode, RegisterNodeReply);
}

/** @throws {BusUnavailable} whether the log has the report is not known: send it again.
 *  @throws {MalformedMessage} the answer is not one. */
export async function sendNodeReport(bus: Bus, nodeId: string, report: NodeReport): Promise<NodeReportReply> {
  return ask(bus, nodeSubject(nodeId, "report"), report, NodeReport, NodeReportReply);
}

/** Best effort: a heartbeat that nobody hears is not kept. */
export function sendNodeHeartbeat(bus: Bus, nodeId: string, heartbeat: NodeHeartbeat): void {
  bus.publish(nodeSubject(nodeId, "heartbeat"), encode(NodeHeartbeat, heartbeat));
}

/** Answers registrations of all nodes. The node's id is the subject's, whatever the message says. */
export function serveRegistrations(
  bus: Bus,
  handler: (nodeId: string, request: RegisterNode) => Promise<RegisterNodeReply>,
): Stop {
  return serve(bus, "register", RegisterNode, RegisterNodeReply, handler);
}

/** Answers reports of all nodes. */
export function serveNodeReports(
  bus: Bus,
  handler: (nodeId: string, report: NodeReport) => Promise<NodeReportReply>,
): Stop {
  return serve(bus, "report", NodeReport, NodeReportReply, handler);
}

/** Heartbeats of all nodes, as every replica hears them. */
export function watchHeartbeats(
  bus: Bus,
  handler: (nodeId: string, heartbeat: NodeHeartbeat) => void,
  logger: Logger,
): Stop {
  return bus.subscribe(anyNodeSubject("heartbeat"), (payload, subject) => {
    try {
      handler(requireNodeId(subject), decode(NodeHeartbeat, payload, subject));
    } catch (error) {
      if (!(error instanceof MalformedMessage)) throw error;
      logger.warn({ err: error }, "heartbeat left out");
    }
  });
}

async function ask<Q, A>(
  bus: Bus,
  subject: string,
  request: Q,
  requestType: JsonMessage<Q>,
  answerType: JsonMessage<A>,
): Promise<A> {
  return decode(answerType, await bus.request(subject, encode(requestType, request)), subject);
}

function serve<Q, A>(
  bus: Bus,
  what: "register" | "report",
  requestType: JsonMessage<Q>,
  answerType: JsonMessage<A>,
  handler: (nodeId: string, request: Q) => Promise<A>,
): Stop {
  return bus.serve(anyNodeSubject(what), async (payload, subject) => {
    const answer = await handler(requireNodeId(subject), decode(requestType, payload, subject));
    return encode(answerType, answer);
  });
}

function requireNodeId(subject: string): string {
  const nodeId = nodeIdOfSubject(subject);
  if (nodeId === undefined) throw new MalformedMessage(subject, "is no node's subject");
  return nodeId;
}
