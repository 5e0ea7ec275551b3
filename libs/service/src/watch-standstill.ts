import { type Fold, standstillOf } from "@rhumbline/event-sourcing";
import type { Logger } from "@rhumbline/telemetry";

/** Tells once, and by `told`, when the fold is behind the log for good: from then on it may not write. */
export function watchStandstill<S>(
  fold: Pick<Fold<S>, "unknownTypes" | "failure" | "onAdvance">,
  log: Logger,
  told: () => void,
): void {
  let silent = true;
  const check = (): void => {
    const standstill = standstillOf(fold);
    if (!silent || standstill === undefined) return;
    silent = false;
    const { failure, unknownTypes } = fold;
    const facts = failure === undefined ? { types: [...unknownTypes] } : { ...failure.facts, err: failure.cause };
    log.error(facts, `${standstill}; it does not write`);
    told();
  };
  check();
  fold.onAdvance(check);
}
