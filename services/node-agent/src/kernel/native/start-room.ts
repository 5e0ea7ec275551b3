import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { ChangedPlaces } from "../places.ts";
import type { AskRoom, RoomQuestion } from "./room.ts";
import type { FromRoom, ToRoom } from "./worker.ts";

export interface Room {
  readonly ask: AskRoom;
  /** Whether it runs nft itself. */
  readonly hasNft: boolean;
  /** Listens for changes from now on; called again, for other devices of the host. The first change, "anywhere", is told
   *  once nothing is missed any more. */
  listen(devices: readonly string[], changed: (places: ChangedPlaces) => void): void;
  stop(): Promise<void>;
}

/** The bundle of worker.ts, beside the agent's own. */
const program = new URL("./kernel-room.js", import.meta.url);

/** What it reads lives until it is said, and then no more: room for more of that would only be memory that is not given back. */
const maxYoungGenerationSizeMb = 8;

/** Starts the thread that enters network namespaces, before anything of this process could be in one.
 *  @param announcementFailed told of an announcement that could not be made.
 *  @param ended told when the thread ended by itself: nothing can be programmed any more.
 *  @throws Error when it can't start: no library for calling C on this machine, say. */
export async function startRoom(
  announcementFailed: (words: string) => void,
  ended: (error: Error) => void,
): Promise<Room> {
  const worker = new Worker(program, { resourceLimits: { maxYoungGenerationSizeMb } });
  // It says that it is there; a thread that fails before that rejects.
  const [{ hasNft }] = (await once(worker, "message")) as [{ hasNft: boolean }];
  const waiting = new Map<number, { resolve: (answer: unknown) => void; reject: (error: Error) => void }>();
  let lastId = 0;
  let stopped = false;
  let changed: (places: ChangedPlaces) => void = () => undefined;
  const tell = (message: ToRoom): void => worker.postMessage(message);
  worker.on("message", (message: FromRoom) => {
    if ("hasNft" in message) return;
    if ("failed" in message) return announcementFailed(message.failed);
    if ("changed" in message) return changed(message.changed);
    const asked = waiting.get(message.id);
    waiting.delete(message.id);
    if ("error" in message) asked?.reject(new Error(message.error));
    else asked?.resolve(message.answer);
  });
  const end = (error: Error): void => {
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
    if (!stopped) ended(error);
    stopped = true;
  };
  worker.on("error", end);
  worker.on("exit", (code) => end(new Error(`the kernel's thread ended with code ${code}`)));
  const ask = (question: RoomQuestion): Promise<unknown> =>
    new Promise((resolve, reject) => {
      lastId += 1;
      waiting.set(lastId, { resolve, reject });
      tell({ id: lastId, question });
    });
  return {
    ask: ask as AskRoom,
    hasNft,
    listen: (devices, told) => {
      changed = told;
      tell({ listenFor: devices });
    },
    async stop() {
      stopped = true;
      await worker.terminate();
    },
  };
}
