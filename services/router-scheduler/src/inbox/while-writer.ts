import type { Stop } from "@rhumbline/messaging";
import type { ServiceContext } from "@rhumbline/service";
import type { SchedulerState } from "../read-model/state.ts";

/** Has things going on while this replica is the writer, and only then. */
export function whileWriter(
  { fold, replica }: Pick<ServiceContext<SchedulerState>, "fold" | "replica">,
  start: () => readonly Stop[],
): Stop {
  let started: readonly Stop[] | undefined;
  const end = (): void => {
    for (const stop of started ?? []) stop();
    started = undefined;
  };
  const check = (): void => {
    const writes = replica.epoch() !== undefined;
    if (writes && started === undefined) started = start();
    if (!writes && started !== undefined) end();
  };
  const unlisten = fold.onAdvance(check);
  check();
  return () => {
    unlisten();
    end();
  };
}
