import { soak } from "./soak.ts";
import { summary } from "./summary.ts";

const minutes = Number(process.env["minutes"] || 60);
const seed = Number(process.env["seed"] || Date.now() % 1_000_000);
if (!(minutes > 0) || !Number.isInteger(seed)) {
  process.stderr.write("soak: minutes is a number above 0, seed a whole number: make soak minutes=5 seed=17\n");
  process.exit(2);
}
process.stdout.write(`soak: ${minutes} min, seed ${seed}; the same again: make soak minutes=${minutes} seed=${seed}\n`);
const terminal = process.stderr.isTTY;
const sayEveryMs = 60_000;
let saidMs = 0;
/** In place of the one before; where nobody watches, a line a minute. */
function progress(line: string): void {
  if (terminal) process.stderr.write(`\r\u001b[K${line.slice(0, process.stderr.columns - 1)}`);
  else if (Date.now() - saidMs >= sayEveryMs) {
    saidMs = Date.now();
    process.stderr.write(`soak: ${line}\n`);
  }
}
const result = await soak({ minutes, seed, progress });
if (terminal) process.stderr.write("\r\u001b[K");
process.stdout.write(summary(result));
process.exit(result.failures.length === 0 ? 0 : 1);
