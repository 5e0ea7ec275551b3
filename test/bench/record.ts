import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Result } from "./row.ts";

const path = join(import.meta.dirname, "results", "latest.json");

/** What was recorded last; nothing on a tree without a record. */
export const recorded = (): readonly Result[] =>
  existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Result[]) : [];

/** Takes the place of what was recorded of the same benchmarks; others keep their rows. In the order of the benchmarks. */
export function record(results: readonly Result[], order: readonly string[]): readonly Result[] {
  const anew = new Set(results.map(({ benchmark }) => benchmark));
  const kept = recorded().filter(({ benchmark }) => !anew.has(benchmark) && order.includes(benchmark));
  const all = order.flatMap((name) => [...kept, ...results].filter(({ benchmark }) => benchmark === name));
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(all, undefined, 2)}\n`);
  return all;
}
