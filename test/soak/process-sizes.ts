import { readdirSync, readFileSync } from "node:fs";
import type { Stack } from "../../infra/stack/stack.ts";

/** What a process holds. */
export interface ProcessSize {
  readonly pid: number;
  readonly residentBytes: number;
  readonly descriptors: number;
}

/** Of each of the installation's programs that runs. */
export function processSizes(stack: Stack): Map<string, ProcessSize> {
  return new Map(
    stack.programs.flatMap(({ name }) => {
      const size = sizeOf(stack.process(name)?.pid ?? 0);
      return size === undefined ? [] : [[name, size] as const];
    }),
  );
}

function sizeOf(pid: number): ProcessSize | undefined {
  try {
    const pages = Number(readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1]);
    return { pid, residentBytes: pages * 4096, descriptors: readdirSync(`/proc/${pid}/fd`).length };
  } catch {
    return undefined; // it ended meanwhile
  }
}

/** Bytes a minute: the slope of the straight line that lies nearest to what was measured (least squares). */
export function slope(samples: readonly { readonly atMs: number; readonly bytes: number }[]): number {
  const n = samples.length;
  const meanAt = samples.reduce((sum, { atMs }) => sum + atMs, 0) / n;
  const meanBytes = samples.reduce((sum, { bytes }) => sum + bytes, 0) / n;
  const spread = samples.reduce((sum, { atMs }) => sum + (atMs - meanAt) ** 2, 0);
  const together = samples.reduce((sum, { atMs, bytes }) => sum + (atMs - meanAt) * (bytes - meanBytes), 0);
  return spread === 0 ? 0 : (together / spread) * 60_000;
}
