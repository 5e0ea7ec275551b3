import type { Fold } from "@rhumbline/event-sourcing";
import type { Logger } from "@rhumbline/telemetry";

/** Tells once, and by `told`, when the fold has met an event that this build does not know: from then on it is behind the
 *  log and may not write. */
export function watchUnknownTypes<S>(
  fold: Pick<Fold<S>, "unknownTypes" | "onAdvance">,
  log: Logger,
  told: () => void,
): void {
  let silent = true;
  const check = (): void => {
    if (!silent || fold.unknownTypes.size === 0) return;
    silent = false;
    const types = [...fold.unknownTypes];
    log.error({ types }, "the log holds events that this build does not know: upgrade this replica; it does not write");
    told();
  };
  check();
  fold.onAdvance(check);
}
