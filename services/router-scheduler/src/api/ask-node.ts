import { DomainError, NotFound } from "@rhumbline/event-sourcing";
import { askAgent, type Bus, BusUnavailable } from "@rhumbline/messaging";
import type { InspectKernelResponse } from "@rhumbline/proto/rhumbline/agent/v1/agent_service";
import type { AgentAnswer, AgentQuestion } from "@rhumbline/proto/rhumbline/agent/v1/question";
import type { SchedulerState } from "../read-model/state.ts";
import { AgentUnreachable } from "./unreachable.ts";

type Answer = NonNullable<AgentAnswer["answer"]>;
type AnswerOf<C extends Answer["$case"]> = Extract<Answer, { $case: C }>["value"];
type Question<C> = Extract<NonNullable<AgentQuestion["question"]>, { $case: C }>;

/** Asks a node's agent over the bus.
 *  @throws {NotFound} there is no such node. @throws {AgentUnreachable} @throws {AgentRefused} */
export async function askNode<C extends Exclude<Answer["$case"], "refusal">>(
  bus: Bus,
  state: SchedulerState,
  nodeId: string,
  question: Question<C> & { readonly $case: C },
): Promise<AnswerOf<C>> {
  if (!state.nodes.has(nodeId)) throw new NotFound("node", nodeId);
  const { answer } = await askAgent(bus, nodeId, { question }).catch((error: unknown) => {
    throw error instanceof BusUnavailable ? new AgentUnreachable(nodeId, error) : error;
  });
  if (answer?.$case === "refusal") throw new AgentRefused(nodeId, answer.value.reason, answer.value.message);
  if (answer?.$case !== question.$case) throw new AgentRefused(nodeId, "", "it answered something else");
  return answer.value as AnswerOf<C>;
}

/** All parts of what the agent saw in one moment. */
export async function inspectNode(bus: Bus, state: SchedulerState, nodeId: string): Promise<InspectKernelResponse> {
  const part = (pageToken: string): Promise<InspectKernelResponse> =>
    askNode(bus, state, nodeId, { $case: "inspectKernel", value: { pageToken } });
  const first = await part("");
  const objects = [...first.objects];
  for (let { nextPageToken } = first; nextPageToken !== ""; ) {
    const next = await part(nextPageToken);
    objects.push(...next.objects);
    nextPageToken = next.nextPageToken;
  }
  return { ...first, objects };
}

class AgentRefused extends DomainError {
  readonly kind = "conflict";
  readonly reason: string;

  /** @param reason as the agent gave it; empty where it is a fault of its own. */
  constructor(nodeId: string, reason: string, message: string) {
    super(`the agent of node ${nodeId}: ${message}`, { nodeId });
    this.reason = reason || "AGENT_UNREACHABLE";
  }
}
