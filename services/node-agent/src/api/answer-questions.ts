import { DomainError } from "@rhumbline/event-sourcing";
import { type Bus, type Stop, serveAgentQuestions } from "@rhumbline/messaging";
import type { AgentAnswer, AgentQuestion } from "@rhumbline/proto/rhumbline/agent/v1/question";
import type { Logger } from "@rhumbline/telemetry";
import type { Diagnosis } from "./diagnosis.ts";

type Answer = NonNullable<AgentAnswer["answer"]>;

/** Answers over the bus what the agent's gRPC service answers on its host. */
export function answerQuestions(bus: Bus, nodeId: string, diagnosis: Diagnosis, log: Logger): Stop {
  return serveAgentQuestions(bus, nodeId, async ({ question }) => ({
    answer: await answerTo(diagnosis, question).catch((error: unknown) => refusal(error, log)),
  }));
}

async function answerTo(diagnosis: Diagnosis, question: AgentQuestion["question"]): Promise<Answer> {
  switch (question?.$case) {
    case "getAgentStatus":
      return { $case: "getAgentStatus", value: diagnosis.status() };
    case "inspectKernel":
      return { $case: "inspectKernel", value: await diagnosis.inspect(question.value) };
    case "setHold":
      return { $case: "setHold", value: await diagnosis.setHold(question.value.hold) };
    case "adoptDesiredState":
      return { $case: "adoptDesiredState", value: await diagnosis.adopt() };
    case "givenLeases":
      return { $case: "givenLeases", value: await diagnosis.leases(question.value.portId) };
    case undefined:
      return { $case: "refusal", value: { reason: "NOT_BUILT", message: "this agent doesn't know the question" } };
    default:
      return question satisfies never;
  }
}

function refusal(error: unknown, log: Logger): Answer {
  if (error instanceof DomainError)
    return { $case: "refusal", value: { reason: error.reason, message: error.message } };
  log.error({ err: error }, "a question could not be answered");
  const message = error instanceof Error ? error.message : String(error);
  return { $case: "refusal", value: { reason: "", message } };
}
