import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import type { LabProcess, Place } from "@rhumbline/infra/lab";

/** Programs that play users of the network, each a few lines of plain Node. */

const webServer = (text: string): string =>
  `require("http").createServer((q, r) => r.end(${JSON.stringify(text)} + " saw " + q.socket.remoteAddress + "\\n")).listen(80, "0.0.0.0")`;

/** A web server in an instance, that tells its name and whom it sees. */
export const serveWeb = (place: Place, text: string): Promise<LabProcess> =>
  place.spawn(["node", "-e", webServer(text)], { name: `web-${text}` });

const echoServer = `require("net").createServer((s) => s.on("error", () => {}).pipe(s)).listen(7)`;

export const serveEcho = (place: Place, name: string): Promise<LabProcess> =>
  place.spawn(["node", "-e", echoServer], { name: `echo-${name}` });

/** Holds a connection open and writes a line every 50 ms; says when it is answered and how it ended. */
const holdConnection = (address: string): string => `
  const s = require("net").connect(7, "${address}");
  s.setNoDelay(true);
  s.once("data", () => console.log("established"));
  const t = setInterval(() => s.write("x"), 50);
  s.on("error", (e) => console.log("died: " + e.code));
  s.on("close", () => { clearInterval(t); console.log("closed"); });`;

export interface HeldConnection {
  established(): boolean;
  /** "died: ECONNRESET"; undefined while it lives. */
  end(): string | undefined;
}

export async function holdOpen(place: Place, address: string): Promise<HeldConnection> {
  const held = await place.spawn(["node", "-e", holdConnection(address)], {
    name: `held-${address}-${randomUUID().slice(0, 8)}`,
  });
  const lines = (): string[] => readFileSync(held.outputFile, "utf8").split("\n");
  return {
    established: () => lines().includes("established"),
    end: () => lines().find((line) => line.startsWith("died") || line === "closed"),
  };
}

/** Waits until something holds. @throws Error naming what did not come to be. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  deadlineMs = 30_000,
): Promise<number> {
  const began = performance.now();
  while (!(await holds())) {
    if (performance.now() - began > deadlineMs) throw new Error(`${what}: not within ${deadlineMs / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return performance.now() - began;
}

export const answersPing = async (place: Place, address: string): Promise<boolean> =>
  (await place.run(["ping", "-n", "-c", "1", "-W", "1", address])).code === 0;
