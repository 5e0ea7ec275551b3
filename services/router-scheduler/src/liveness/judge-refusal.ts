import type { NodeCommand } from "../node/commands.ts";
import type { RegisteredNode } from "../node/state.ts";

/** What an agent says of itself in its heartbeats. */
export interface SaidRefusal {
  /** Why it applies nothing new; empty: it does. */
  readonly refusal: string;
  /** For how long it has refused, for whatever reason, or not refused, without a break. */
  readonly stoodMs: number;
}

/** A word that changes back within this time leads to nothing: a disk may be full for the moment of a log's rotation. */
const settledMs = 2_000;

/** What is to be said of a node that refuses what is desired of it, or does so no longer; undefined: nothing new. The reason
 *  that is said is the first one: a wording that changes with each desired state is no news.
 *  @param said by the agent that registered last; undefined: it was not heard. */
export function judgeRefusal(
  { incarnation, refusal: known }: RegisteredNode,
  said: SaidRefusal | undefined,
): NodeCommand | undefined {
  if (said === undefined || said.stoodMs < settledMs) return undefined;
  const { refusal: reason } = said;
  if (reason !== "" && known === "") return { type: "MarkRefusing", incarnation, reason };
  return reason === "" && known !== "" ? { type: "MarkAccepting", incarnation } : undefined;
}
