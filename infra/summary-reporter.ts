import type { Reporter, TestCase, TestModule, TestSpecification, Vitest } from "vitest/node";

declare module "vitest" {
  interface TaskMeta {
    /** Why a test or a suite cannot run here. */
    skipReason?: string;
  }
}

interface Totals {
  passed: number;
  failed: number;
  skipped: number;
}

/** Says which project runs, why tests are skipped, and once more at the end which failed. Its last line, whatever ends the run,
 *  is the plain "N passed, N failed, N skipped" that scripts read. */
export class SummaryReporter implements Reporter {
  readonly #totals: Totals = { passed: 0, failed: 0, skipped: 0 };
  readonly #fileCounts = new Map<string, number>();
  readonly #unfinished = new Set<TestModule>();
  readonly #failures: string[] = [];
  #announced = "";
  #ended = false;

  onInit(vitest: Vitest): void {
    // Watching goes on after a run; there is no last line.
    if (!vitest.config.watch) process.once("exit", () => this.#printLastLine());
  }

  onTestRunStart(specifications: readonly TestSpecification[]): void {
    for (const { project } of specifications) {
      this.#fileCounts.set(project.name, (this.#fileCounts.get(project.name) ?? 0) + 1);
    }
  }

  onTestModuleQueued(module: TestModule): void {
    const { name } = module.project;
    if (name === this.#announced) return;
    this.#announced = name;
    say(`\n=== ${name}: ${this.#fileCounts.get(name) ?? 0} files`);
  }

  onTestModuleStart(module: TestModule): void {
    this.#unfinished.add(module);
  }

  onTestModuleEnd(module: TestModule): void {
    this.#unfinished.delete(module);
    // A file that could not be loaded, or whose hooks failed outside of any test, is a failure of its own.
    this.#failed(module.relativeModuleId, module.errors());
    for (const suite of module.children.allSuites())
      this.#failed(`${module.relativeModuleId} > ${suite.fullName}`, suite.errors());
    const skipped = new Map<string, number>();
    for (const test of module.children.allTests()) {
      const { state, errors = [] } = test.result();
      if (state === "passed") this.#totals.passed += 1;
      else if (state === "failed") this.#failed(`${module.relativeModuleId} > ${test.fullName}`, errors);
      else {
        this.#totals.skipped += 1;
        const reason = skipReason(test);
        skipped.set(reason, (skipped.get(reason) ?? 0) + 1);
      }
    }
    for (const [reason, count] of skipped) say(` skipped ${count} of ${module.relativeModuleId}: ${reason}`);
  }

  onTestRunEnd(_modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    this.#ended = true;
    for (const error of unhandledErrors) this.#failed("outside of any test", [error]);
  }

  /** Counts it as one, if there are errors. */
  #failed(where: string, errors: readonly unknown[]): void {
    if (errors.length === 0) return;
    this.#totals.failed += 1;
    this.#failures.push(`${where}: ${firstLine(errors[0])}`);
  }

  #printLastLine(): void {
    if (!this.#ended) say("\nthe run was cut short");
    for (const failure of this.#failures) say(`failed: ${failure}`);
    for (const { relativeModuleId } of this.#ended ? [] : this.#unfinished) say(`not ended: ${relativeModuleId}`);
    // What was running then has not passed.
    const failed = this.#totals.failed + (this.#ended ? 0 : Math.max(1, this.#unfinished.size));
    say(`\n${this.#totals.passed} passed, ${failed} failed, ${this.#totals.skipped} skipped`);
  }
}

function skipReason(test: TestCase): string {
  const result = test.result();
  const note = result.state === "skipped" ? result.note : undefined;
  return note ?? test.meta().skipReason ?? "no reason is given";
}

function firstLine(error: unknown): string {
  const message = error instanceof Object && "message" in error ? error.message : error;
  return (
    String(message)
      .split("\n")
      .find((line) => line.trim() !== "") ?? ""
  );
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
