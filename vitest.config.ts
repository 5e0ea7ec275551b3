import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { patience } from "./infra/lab/patience.ts";
import { SummaryReporter } from "./infra/summary-reporter.ts";

const everyCore = availableParallelism();
/** Of files that spend most of their time waiting. */
const oneMore = everyCore + 1;

/** One kind of tests. groupOrder puts the projects in a row, the quick ones first; within one, files share the workers.
 *  Timeouts only end what hangs: no test passes or fails by its speed. */
function project(order: number, name: string, include: string[], options: { timeoutMs: number; atOnce: number }) {
  return {
    test: {
      name,
      include,
      sequence: { groupOrder: order },
      maxWorkers: options.atOnce,
      fileParallelism: options.atOnce > 1,
      testTimeout: options.timeoutMs * patience,
      hookTimeout: options.timeoutMs * patience,
      // Pure functions share nothing, so their files need no process of their own.
      isolate: name !== "unit",
    },
  };
}

export default defineConfig({
  test: {
    reporters: ["default", new SummaryReporter()],
    projects: [
      project(
        0,
        "unit",
        ["{libs,services,cli}/**/src/**/*.test.ts", "infra/**/*.test.ts", "test/{support,bench}/**/*.test.ts"],
        {
          timeoutMs: 30_000,
          atOnce: everyCore,
        },
      ),
      project(1, "scenarios", ["test/scenarios/**/*.test.ts"], { timeoutMs: 60_000, atOnce: everyCore }),
      project(2, "contract", ["test/contract/**/*.test.ts"], { timeoutMs: 120_000, atOnce: everyCore }),
      project(3, "rules", ["test/rules/**/*.test.ts"], { timeoutMs: 120_000, atOnce: 1 }),
      // Each file has labs of its own.
      project(4, "netns", ["test/netns/**/*.test.ts"], { timeoutMs: 180_000, atOnce: oneMore }),
      project(5, "failure", ["test/failure/**/*.test.ts"], { timeoutMs: 600_000, atOnce: oneMore }),
    ],
  },
});
