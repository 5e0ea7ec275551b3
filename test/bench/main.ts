import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { planning } from "./planning.ts";
import { resultOf } from "./row.ts";
import { table } from "./table.ts";

/** Every benchmark, in the order in which they run. */
const benchmarks = [planning];

const results = [];
for (const benchmark of benchmarks) results.push(...(await benchmark()).map(resultOf));
const folder = join(import.meta.dirname, "results");
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, "latest.json"), `${JSON.stringify(results, undefined, 2)}\n`);
process.stdout.write(table(results));
process.exitCode = results.every(({ ok }) => ok) ? 0 : 1;
