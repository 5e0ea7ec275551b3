import type { Stop } from "@rhumbline/messaging";
import type { ServiceContext } from "@rhumbline/service";
import type { SchedulerState } from "../read-model/state.ts";

/** Has something going on while this replica is the writer, and only then. */
export function whileWriter(
  { fold, replica }: Pick<ServiceContext<SchedulerState>, "fold" | "replica">,
  start: () => Stop,
): Stop {
  let end: Stop | undefined;
  const check = (): void => {
    const writes = replica.epoch() !== undefined;
    if (writes && end === undefined) end = start();
    if (writes || end === undefined) return;
    end();
    end = undefined;
  };
  const unlisten = fold.onAdvance(check);
  check();
  return () => {
    unlisten();
    end?.();
  };
}
