import { agentRestart } from "./agent/agent-restart.ts";
import { floatingIpAssociate, routerCreate } from "./agent/control-latency.ts";
import { drift } from "./agent/drift.ts";
import { routersFromEmpty } from "./agent/routers-from-empty.ts";
import { drawCharts } from "./chart/draw-charts.ts";
import { addresses } from "./control-plane/addresses.ts";
import { lists } from "./control-plane/lists.ts";
import { logBytes } from "./control-plane/log-bytes.ts";
import { memory } from "./control-plane/memory.ts";
import { portCreate } from "./control-plane/port-create.ts";
import { rebuild } from "./control-plane/rebuild.ts";
import { filteredPorts } from "./filtered-ports.ts";
import { kernelAtRest } from "./kernel-at-rest.ts";
import { manyNodes } from "./many-nodes.ts";
import { passesOverManyRouters } from "./passes.ts";
import { planning } from "./planning.ts";
import { portMoves } from "./port-moves.ts";
import { powerOff } from "./power-off.ts";
import { record, recorded } from "./record.ts";
import { routerMoves } from "./router-moves.ts";
import { routerRules } from "./router-rules.ts";
import { type Result, type Row, resultOf } from "./row.ts";
import { table } from "./table.ts";

/** Every benchmark by its name, in the order in which they run. */
const benchmarks = new Map<string, () => Promise<Row[]>>([
  ["planning", planning],
  ["passes", passesOverManyRouters],
  ["many-nodes", manyNodes],
  ["router-moves", routerMoves],
  ["power-off", powerOff],
  ["router-rules", routerRules],
  ["filtered-ports", filteredPorts],
  ["port-moves", portMoves],
  ["port-create", portCreate],
  ["addresses", addresses],
  ["rebuild", rebuild],
  ["lists", lists],
  ["memory", memory],
  ["log-bytes", logBytes],
  ["router-create", routerCreate],
  ["floating-ip-associate", floatingIpAssociate],
  ["routers-from-empty", routersFromEmpty],
  ["agent-restart", agentRestart],
  ["drift", drift],
]);

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !benchmarks.has(name));
if (unknown.length > 0) {
  process.stderr.write(
    `bench: no benchmark is called ${unknown.join(", ")}; there are ${[...benchmarks.keys()].join(", ")}\n`,
  );
  process.exit(2);
}

const before = recorded();
const results: Result[] = [];
let unmeasured = 0;
for (const [name, benchmark] of benchmarks) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  process.stderr.write(`bench: ${name}\n`);
  try {
    await kernelAtRest();
    const measured = (await benchmark()).map((row) => resultOf(name, row));
    results.push(...measured);
    // At once: what the others do can't lose it.
    drawCharts(record(measured, [...benchmarks.keys()]));
  } catch (error) {
    process.stderr.write(`bench: ${name} could not be measured: ${error instanceof Error ? error.stack : error}\n`);
    unmeasured += 1;
  }
}
process.stdout.write(table(results, before));
process.exitCode = unmeasured === 0 && results.every(({ ok }) => ok) ? 0 : 1;
