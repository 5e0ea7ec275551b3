import type { Logger } from "@rhumbline/telemetry";
import type { Kernel } from "./kernel.ts";
import { nativeKernel } from "./native/native-kernel.ts";
import { type Room, startRoom } from "./native/start-room.ts";
import { observeFilter, readNamespaceRules } from "./process/observe.ts";
import { observeHelpers } from "./process/observe-helpers.ts";
import { processKernel } from "./process/process-kernel.ts";
import { localPrograms } from "./process/programs.ts";

export interface OpenKernel {
  readonly kernel: Kernel;
  readonly driver: "native" | "process";
  stop(): Promise<void>;
}

/** This host's kernel, by the driver that is wished for. With "auto" it is the native one wherever its thread starts.
 *  @param broke told when the driver's thread ended: nothing can be programmed any more.
 *  @throws Error when the native driver is wished for and can't be had. */
export async function openKernel(
  wish: "auto" | "native" | "process",
  logger: Logger,
  broke: (error: Error) => void,
): Promise<OpenKernel> {
  const unannounced = (words: string): void => logger.warn({ words }, "an address was not announced");
  const processes = processKernel(localPrograms, unannounced);
  const byProcesses: OpenKernel = { kernel: processes, driver: "process", stop: async () => undefined };
  if (wish === "process") return byProcesses;
  let room: Room;
  try {
    room = await startRoom(unannounced, broke);
  } catch (error) {
    if (wish === "native") throw error;
    logger.warn({ err: error }, "the native driver can't be had here; programs are used instead");
    return byProcesses;
  }
  const programs = {
    readRules: (netns: string) => readNamespaceRules(localPrograms, netns),
    readFilter: () => observeFilter(localPrograms),
    readHelpers: () => observeHelpers(localPrograms),
  };
  return { kernel: nativeKernel(room.ask, programs, processes), driver: "native", stop: () => room.stop() };
}
