import { AgentAnswer, AgentQuestion } from "@rhumbline/proto/rhumbline/agent/v1/question";
import type { Bus, Stop } from "../bus/bus.ts";
import { decode, encode } from "../json-message.ts";
import { nodeSubject } from "../subjects.ts";

const answerWithinMs = 10_000;

/** Asks a node's agent, whose own address is reached on its host alone.
 *  @throws {BusUnavailable} no such agent is on the bus, or it did not answer in time.
 *  @throws {MalformedMessage} the answer is not one. */
export async function askAgent(bus: Bus, nodeId: string, question: AgentQuestion): Promise<AgentAnswer> {
  const subject = nodeSubject(nodeId, "ask");
  return decode(AgentAnswer, await bus.request(subject, encode(AgentQuestion, question), answerWithinMs), subject);
}

/** Answers what is asked of one node's agent. */
export function serveAgentQuestions(
  bus: Bus,
  nodeId: string,
  answer: (question: AgentQuestion) => Promise<AgentAnswer>,
): Stop {
  return bus.serve(nodeSubject(nodeId, "ask"), async (payload, subject) =>
    encode(AgentAnswer, await answer(decode(AgentQuestion, payload, subject))),
  );
}
