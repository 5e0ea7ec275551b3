import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { deserialize, serialize } from "node:v8";
import { HostTeller } from "../../services/node-agent/src/kernel/native/host/host-teller.ts";
import { KnownHost } from "../../services/node-agent/src/kernel/native/host/known-host.ts";
import { answerIn, type RoomQuestion } from "../../services/node-agent/src/kernel/native/room.ts";
import { KernelEar } from "../../services/node-agent/src/kernel/native/watch/kernel-ear.ts";

/** Lets a test sit in a lab host's kernel: listens on the unix socket named on the command line; with another word there it listens to the kernel too. A question a line, base64
 *  of V8's serialization, and an answer a line, in order. */
const [, , path, listening] = process.argv;
const host = new KnownHost();
const teller = new HostTeller(host);
const ear = listening === undefined ? undefined : new KernelEar([], host, () => undefined);
const failed = (words: string): void => void process.stderr.write(`${words}\n`);

createServer((socket) => {
  createInterface({ input: socket }).on("line", (line) => {
    const question = deserialize(Buffer.from(line, "base64")) as RoomQuestion;
    socket.write(`${serialize(answered(question)).toString("base64")}\n`);
  });
}).listen(path);

function answered(question: RoomQuestion): { readonly answer: unknown } | { readonly error: string } {
  if (question.ask === "host") ear?.hearForLook();
  try {
    const answer = answerIn(question, teller, failed);
    if (question.ask === "host") ear?.hostWasRead();
    return { answer };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}
