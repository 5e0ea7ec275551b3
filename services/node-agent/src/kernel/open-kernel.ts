import type { Logger } from "@rhumbline/telemetry";
import type { SecurityBackend } from "../security/model.ts";
import type { Kernel } from "./kernel.ts";
import { lookEarly } from "./native/host/early-look.ts";
import { nativeKernel } from "./native/native-kernel.ts";
import type { RoomThread } from "./native/room-thread.ts";
import { type Room, startRoom } from "./native/start-room.ts";
import type { NftRunner } from "./nft.ts";
import type { HearChanges } from "./places.ts";
import { isOwnProgram, localPrograms } from "./process/local-programs.ts";
import { nftProgram } from "./process/nft-program.ts";
import { iptablesReader } from "./process/observe-iptables.ts";
import { processKernel } from "./process/process-kernel.ts";
import { saveIptables } from "./process/save-iptables.ts";
import { watchByRoom } from "./watch/watch-by-room.ts";
import { type KernelWatch, watchKernel } from "./watch/watch-kernel.ts";

export interface OpenKernel {
  readonly kernel: Kernel;
  /** Starts to listen for changes in it. */
  readonly watch: (changed: HearChanges) => KernelWatch;
  readonly driver: "native" | "process";
  stop(): Promise<void>;
}

/** This host's kernel, by the driver that is wished for. With "auto" it is the native one wherever its thread starts.
 *  @param thread the native driver's.
 *  @param backend what filters the ports of instances.
 *  @param broke told when the driver's thread ended: nothing can be programmed any more.
 *  @throws Error when the native driver is wished for and can't be had. */
export async function openKernel(
  thread: RoomThread,
  wish: "auto" | "native" | "process",
  backend: SecurityBackend,
  logger: Logger,
  broke: (error: Error) => void,
): Promise<OpenKernel> {
  const readIptables = iptablesReader(localPrograms, backend === "iptables");
  const unannounced = (words: string): void => logger.warn({ words }, "an address was not announced");
  const byProcesses = (): OpenKernel => ({
    kernel: processKernel(localPrograms, unannounced, nftProgram(localPrograms), readIptables),
    watch: (changed) => watchKernel({ changed, logger }),
    driver: "process",
    stop: async () => undefined,
  });
  if (wish === "process") {
    await thread.worker.terminate();
    return byProcesses();
  }
  let room: Room;
  try {
    room = await startRoom(thread, unannounced, broke);
  } catch (error) {
    if (wish === "native") throw error;
    logger.warn({ err: error }, "the native driver can't be had here; programs are used instead");
    return byProcesses();
  }
  if (!room.hasNft) logger.warn("libnftables can't be loaded here; the packet filter is read and written by nft");
  const early = lookEarly(room);
  const nft: NftRunner = room.hasNft ? (run) => room.ask({ ask: "nft", ...run }) : nftProgram(localPrograms);
  const save = (namespaces: readonly string[]) => saveIptables(localPrograms, namespaces);
  const reader = { nft, saveIptables: save, readIptables };
  const kernel = nativeKernel(room.ask, reader, processKernel(localPrograms, unannounced, nft), {
    hasNft: room.hasNft,
    early,
  });
  const watch = (changed: HearChanges): KernelWatch => watchByRoom(room, isOwnProgram, changed);
  return { kernel, watch, driver: "native", stop: () => room.stop() };
}
