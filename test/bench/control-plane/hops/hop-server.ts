// One process of a chain of calls (hops.ts): `<name> <transport>`. It hears from its parent where the others are, answers each
// call once the calls that are to be made for it were answered, and does nothing else; what is asked of "log" is on disk first.
import { fdatasync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Hop, HopCaller } from "./transport.ts";
import { transportOf } from "./transports.ts";

const [name, by] = process.argv.slice(2);
const transport = transportOf(by);
const eventBytes = Buffer.alloc(1_000, "x");
const folder = mkdtempSync(join(tmpdir(), "hops-"));
const file = openSync(join(folder, "log"), "a");
const sync = promisify(fdatasync);
const others = new Map<string, HopCaller>();

async function answer({ then }: Hop): Promise<void> {
  if (name === "log") {
    writeSync(file, eventBytes);
    await sync(file);
  }
  for (const next of then) await others.get(next.to)?.call(next);
}

process.send?.(await transport.serve(answer));
process.on("message", (ports: readonly (readonly [name: string, port: number])[]) => {
  for (const [name, port] of ports) others.set(name, transport.caller(port));
});
process.on("disconnect", () => {
  rmSync(folder, { recursive: true });
  process.exit(0);
});
