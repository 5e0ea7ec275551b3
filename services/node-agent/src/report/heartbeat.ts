import { type Bus, sendNodeHeartbeat, type Version } from "@rhumbline/messaging";
import type { NodeHeartbeat } from "@rhumbline/proto/rhumbline/agent/v1/report";

const everyMs = 250;

export interface HeartbeatState extends Pick<NodeHeartbeat, "probes" | "doorsClosed"> {
  readonly applied: Version | undefined;
  /** Why nothing newer is applied; empty when it is. */
  readonly refusal: string;
}

/** Says four times a second that this node lives, how far it is, and what it sees of its peers.
 *  @returns ends it. */
export function startHeartbeats(
  bus: Bus,
  who: { readonly nodeId: string; readonly incarnation: string },
  state: () => HeartbeatState,
): () => void {
  const beat = (): void => {
    const { applied, ...told } = state();
    const { logId, epoch, position } = applied ?? { logId: "", epoch: 0, position: 0 };
    sendNodeHeartbeat(bus, who.nodeId, { incarnation: who.incarnation, logId, epoch, position, ...told });
  };
  beat();
  const timer = setInterval(beat, everyMs);
  return () => clearInterval(timer);
}
