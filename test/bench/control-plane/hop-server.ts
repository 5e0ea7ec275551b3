// One process of a chain of calls (hops.ts): `<name>`. It hears from its parent where the others are, answers each call once
// the calls that are to be made for it were answered, and does nothing else; what is asked of "log" is on disk first.
import { fdatasync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { type Hop, type HopCaller, hopCaller } from "./hop-caller.ts";

const isLog = process.argv[2] === "log";
const eventBytes = Buffer.alloc(1_000, "x");
const folder = mkdtempSync(join(tmpdir(), "hops-"));
const file = openSync(join(folder, "log"), "a");
const sync = promisify(fdatasync);
const others = new Map<string, HopCaller>();

async function answer({ then }: Hop): Promise<void> {
  if (isLog) {
    writeSync(file, eventBytes);
    await sync(file);
  }
  for (const next of then) await others.get(next.to)?.call(next);
}

const server = createServer({ noDelay: true }, (socket) => {
  createInterface(socket).on("line", (line) => void answer(JSON.parse(line)).then(() => socket.write("\n")));
});
server.listen(0, "127.0.0.1", () => process.send?.(server.address()));
process.on("message", (ports: readonly (readonly [name: string, port: number])[]) => {
  for (const [name, port] of ports) others.set(name, hopCaller(port));
});
process.on("disconnect", () => {
  rmSync(folder, { recursive: true });
  process.exit(0);
});
