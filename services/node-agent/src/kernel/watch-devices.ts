import { readFile } from "node:fs/promises";

const lookEveryMs = 1000;

/** Calls when a device whose name begins so appears in, or vanishes from, the host's own network namespace.
 *  @returns ends it. */
export function watchDevices(prefix: string, changed: () => void): () => void {
  let known: string | undefined;
  const look = async (): Promise<void> => {
    const names = await deviceNames(prefix);
    if (known !== undefined && names !== known) changed();
    known = names;
  };
  // A failed look is made up for by the next one.
  const timer = setInterval(() => void look().catch(() => undefined), lookEveryMs);
  return () => clearInterval(timer);
}

/** /proc/self/net/dev: two header lines, then "  name: counters…" (proc(5)). */
async function deviceNames(prefix: string): Promise<string> {
  const lines = (await readFile("/proc/self/net/dev", "utf8")).split("\n").slice(2);
  const names = lines.map((line) => line.slice(0, line.indexOf(":")).trim());
  return names
    .filter((name) => name.startsWith(prefix))
    .sort()
    .join(" ");
}
