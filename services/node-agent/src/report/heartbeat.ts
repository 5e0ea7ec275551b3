import { type Bus, sendNodeHeartbeat, type Version } from "@rhumbline/messaging";

const everyMs = 1000;

export interface HeartbeatState {
  readonly applied: Version | undefined;
  /** Why nothing newer is applied; empty when it is. */
  readonly refusal: string;
}

/** Says each second that this node lives and how far it is.
 *  @returns ends it. */
export function startHeartbeats(
  bus: Bus,
  who: { readonly nodeId: string; readonly incarnation: string },
  state: () => HeartbeatState,
): () => void {
  const beat = (): void => {
    const { applied, refusal } = state();
    const { logId, epoch, position } = applied ?? { logId: "", epoch: 0, position: 0 };
    const { incarnation } = who;
    const message = { incarnation, logId, epoch, position, refusal, probes: [], doorsClosed: false };
    sendNodeHeartbeat(bus, who.nodeId, message);
  };
  beat();
  const timer = setInterval(beat, everyMs);
  return () => clearInterval(timer);
}
