import type { Fold } from "@rhumbline/event-sourcing";
import type { Stop } from "@rhumbline/messaging";
import { type NodeChangesApplied, Trigger } from "@rhumbline/proto/rhumbline/scheduler/v1/realised_events";
import { metrics, record } from "@rhumbline/telemetry";

/** When the newest events were written, so that a report can be held against what it answers. Kept beside the fold and for
 *  measuring only: after a start, what was written before it is not measured. */
export interface IntentTimes {
  /** Measures how long what a report says is applied had been waiting. */
  applied(changes: NodeChangesApplied): void;
  readonly stop: Stop;
}

const maxRemembered = 10_000;

export function rememberIntentTimes(fold: Pick<Fold<unknown>, "position" | "timeMs" | "onAdvance">): IntentTimes {
  const timeByPosition = new Map<number, number>();
  const stop = fold.onAdvance(() => {
    timeByPosition.set(fold.position, fold.timeMs);
    if (timeByPosition.size <= maxRemembered) return;
    const [oldest] = timeByPosition.keys();
    if (oldest !== undefined) timeByPosition.delete(oldest);
  });
  return {
    stop,
    applied({ trigger, resources }) {
      // After a start or a drift it is old wishes that are fulfilled anew.
      if (trigger !== Trigger.DESIRED && trigger !== Trigger.RETRY) return;
      for (const { position, error } of resources) {
        const timeMs = timeByPosition.get(position);
        if (timeMs === undefined || error !== "") continue;
        record(metrics.intentToApplied, {}, Math.max(0, Date.now() - timeMs) / 1000);
      }
    },
  };
}
