import { setFlagsFromString } from "node:v8";
import { Worker } from "node:worker_threads";
import type { FromRoom } from "./worker.ts";

/** The thread that enters network namespaces, on its way. It listens to the kernel, and changes nothing before it is told
 *  something. */
export interface RoomThread {
  readonly worker: Worker;
  /** Rejects when it can't start: no library for calling C on this machine, say. */
  readonly started: Promise<{
    /** Whether it runs nft itself. */
    readonly hasNft: boolean;
  }>;
  /** Settles once no change is missed any more. */
  readonly listening: Promise<void>;
  readonly ended: Promise<Error>;
}

/** The bundle of worker.ts, beside the agent's own. */
const program = new URL("./kernel-room.js", import.meta.url);

/** Megabytes of each half of its young generation. What it reads lives until it is said, and then no more: room for more of that
 *  would only be memory that is not given back. The engine goes by the flag, where the process was started with one, and not by
 *  a thread's own limits; of the threads that run already it changes none. */
const youngMb = 2;

/** To be called before anything of this process could be in a network namespace. */
export function startRoomThread(): RoomThread {
  setFlagsFromString(`--max-semi-space-size=${youngMb}`);
  const worker = new Worker(program);
  const ended = new Promise<Error>((resolve) => {
    worker.on("error", resolve);
    worker.on("exit", (code) => resolve(new Error(`the kernel's thread ended with code ${code}`)));
  });
  const started = new Promise<{ readonly hasNft: boolean }>((resolve, reject) => {
    worker.on("message", (said: FromRoom) => "hasNft" in said && resolve(said));
    void ended.then(reject);
  });
  // Whoever waits for it hears of it; where programs are used instead nobody does.
  started.catch(() => undefined);
  const listening = new Promise<void>((resolve) => {
    worker.on("message", (said: FromRoom) => "by" in said && resolve());
  });
  return { worker, started, listening, ended };
}
