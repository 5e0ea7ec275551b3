import { parentPort } from "node:worker_threads";
import { hasLibnftables } from "./netfilter/libnftables.ts";
import { answerIn, type RoomQuestion } from "./room.ts";

/** Its first message: it is there. */
export interface RoomGreeting {
  readonly hasNft: boolean;
}

/** The thread that enters network namespaces. It is alone in doing so: the main thread, which has the sockets to the bus
 *  and to callers, never leaves the host's. */
const port = parentPort;
if (port === null) throw new Error("this program runs as a thread of the node agent");

port.on("message", ({ id, question }: { id: number; question: RoomQuestion }) => {
  try {
    port.postMessage({ id, answer: answerIn(question, (failed) => port.postMessage({ failed })) });
  } catch (error) {
    port.postMessage({ id, error: error instanceof Error ? error.message : String(error) });
  }
});

port.postMessage({ hasNft: hasLibnftables() } satisfies RoomGreeting);
