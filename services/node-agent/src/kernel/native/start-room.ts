import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { AskRoom } from "./native-kernel.ts";
import type { RoomGreeting } from "./worker.ts";

type Message =
  | { readonly id: number; readonly answer: unknown }
  | { readonly id: number; readonly error: string }
  | { readonly failed: string };

export interface Room {
  readonly ask: AskRoom;
  /** Whether it runs nft itself. */
  readonly hasNft: boolean;
  stop(): Promise<void>;
}

/** The bundle of worker.ts, beside the agent's own. */
const program = new URL("./kernel-room.js", import.meta.url);

/** Starts the thread that enters network namespaces, before anything of this process could be in one.
 *  @param announcementFailed told of an announcement that could not be made.
 *  @param ended told when the thread ended by itself: nothing can be programmed any more.
 *  @throws Error when it can't start: no library for calling C on this machine, say. */
export async function startRoom(
  announcementFailed: (words: string) => void,
  ended: (error: Error) => void,
): Promise<Room> {
  const worker = new Worker(program);
  // It says that it is there; a thread that fails before that rejects.
  const [{ hasNft }] = (await once(worker, "message")) as [RoomGreeting];
  const waiting = new Map<number, { resolve: (answer: unknown) => void; reject: (error: Error) => void }>();
  let lastId = 0;
  let stopped = false;
  worker.on("message", (message: Message) => {
    if ("failed" in message) return announcementFailed(message.failed);
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
  const ask = (question: unknown): Promise<unknown> =>
    new Promise((resolve, reject) => {
      lastId += 1;
      waiting.set(lastId, { resolve, reject });
      worker.postMessage({ id: lastId, question });
    });
  return {
    ask: ask as AskRoom,
    hasNft,
    async stop() {
      stopped = true;
      await worker.terminate();
    },
  };
}
