import { setTimeout as pause } from "node:timers/promises";
import { type Fold, type Replica, standstillOf } from "@rhumbline/event-sourcing";
import type { Logger } from "@rhumbline/telemetry";
import { probeHealth } from "./health-probe.ts";

const checkEveryMs = 1_000;
const missesBeforeTakeover = 3;
/** For a takeover that is under way: one through a client that was closed meanwhile would keep the process. */
const stopWithinMs = 5_000;

/** Sees to it that the service has a writer: takes over when nobody is, or when the one who is does not answer. A wrong
 *  guess does no harm: the log decides who may write, and a deposed writer's events count for nothing. */
export function startWriterDuty<S>(options: { replica: Replica; fold: Fold<S>; address: string; log: Logger }): {
  stop(): Promise<void>;
} {
  const { replica, fold, address, log } = options;
  let misses = 0;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let announcedEpoch: number | undefined;

  const announce = (): void => {
    const epoch = replica.epoch();
    if (epoch === announcedEpoch) return;
    if (epoch !== undefined) log.info({ epoch }, "this replica is the writer");
    else log.warn({ writer: replica.writerAddress() }, "this replica is not the writer any more");
    announcedEpoch = epoch;
  };

  const check = async (): Promise<void> => {
    if (replica.epoch() !== undefined) {
      misses = 0;
      return;
    }
    // It may not, until there is another build; that has been said.
    if (standstillOf(fold) !== undefined) return;
    const writer = replica.writerAddress();
    const epoch = fold.fence.writerOf(replica.service)?.epoch ?? 0;
    // An address of our own names a process that was here before us, and isn't any more.
    const vacant = writer === undefined || writer === address;
    misses = vacant || !(await probeHealth(writer)) ? misses + 1 : 0;
    if (!vacant && misses < missesBeforeTakeover) return;
    if (misses === 0) return;
    await replica.takeOver(epoch);
    misses = 0;
  };

  let checking = Promise.resolve();
  const loop = (): void => {
    checking = check()
      .catch((error: unknown) => log.warn({ err: error }, "could not take over; trying again"))
      .finally(() => {
        announce();
        if (!stopped) timer = setTimeout(loop, checkEveryMs);
      });
  };
  loop();
  const unlisten = fold.onAdvance(announce);
  return {
    async stop() {
      stopped = true;
      unlisten();
      clearTimeout(timer);
      await Promise.race([checking, pause(stopWithinMs, undefined, { ref: false })]);
    },
  };
}
