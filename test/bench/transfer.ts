import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Place } from "@rhumbline/infra/lab";
import { eventually } from "../support/eventually.ts";

const port = 9_001;
/** Some 25 Mbit/s: enough that a pause is one of the network, little enough to leave the processors to it. */
const [chunkBytes, everyMs] = [16_384, 5];

/** A TCP connection that bytes flow over all the time. */
export interface Transfer {
  /** Waits until bytes arrive again, ends it, and tells the longest time without any.
   *  @throws Error when the connection ended before. */
  stop(): Promise<number>;
}

/** @param address by which the sender reaches the receiver. */
export async function startTransfer(sender: Place, receiver: Place, address: string): Promise<Transfer> {
  const name = randomUUID().slice(0, 8);
  const sink = await receiver.spawn([process.execPath, "-e", sinkProgram], { name: `sink-${name}` });
  const lines = (): string[] => readFileSync(sink.outputFile, "utf8").split("\n").slice(0, -1);
  const untilPrinted = (more: number): Promise<void> =>
    eventually(() => {
      if (lines().length < more) throw new Error(`the receiver said no more than ${lines().at(-1) ?? "nothing"}`);
    });
  await untilPrinted(1);
  const source = await sender.spawn([process.execPath, "-e", sourceProgram, address], { name: `source-${name}` });
  await untilPrinted(3);
  return {
    async stop() {
      await untilPrinted(lines().length + 3);
      const last = lines().at(-1) ?? "";
      source.kill("SIGKILL");
      sink.kill("SIGKILL");
      await Promise.all([source.exited, sink.exited]);
      if (!/^\d+$/.test(last)) throw new Error(`the connection did not outlive it: ${last}`);
      return Number(last);
    },
  };
}

/** While bytes arrive it prints ten times a second the longest time without any so far, in ms. */
const sinkProgram = `
let last, printed = 0, longest = 0;
require("node:net").createServer((socket) => {
  socket.on("error", (error) => console.log(error.code));
  socket.on("end", () => console.log("closed"));
  socket.on("data", () => {
    const now = performance.now();
    longest = Math.max(longest, last === undefined ? 0 : now - last);
    last = now;
    if (now - printed < 100) return;
    printed = now;
    console.log(Math.round(longest));
  });
}).listen(${port}, "0.0.0.0", () => console.log("listening"));`;

const sourceProgram = `
const socket = require("node:net").connect(${port}, process.argv[1]);
socket.on("error", (error) => { console.log(error.code); process.exit(1); });
setInterval(() => { if (!socket.writableNeedDrain) socket.write(Buffer.alloc(${chunkBytes})); }, ${everyMs});`;
