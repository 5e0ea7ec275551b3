import { Worker } from "node:worker_threads";
import { NotBuilt } from "@rhumbline/event-sourcing";

/** Starts this program once more, in a thread with a heap of its own, with `--fold-to`: it folds the log from zero,
 *  prints the state as text, and ends.
 *  @returns the lines. */
export function foldApart(position: number, signal: AbortSignal): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const program = process.argv[1];
    // Straight from the sources it runs by a loader that threads don't get.
    if (program === undefined || program.endsWith(".ts"))
      throw new NotBuilt("verification of a service that runs unbundled");
    const worker = new Worker(program, {
      argv: [...process.argv.slice(2), "--fold-to", String(position)],
      stdout: true,
    });
    const chunks: Buffer[] = [];
    worker.stdout.on("data", (chunk: Buffer) => chunks.push(Buffer.from(chunk)));
    worker.once("error", reject);
    worker.once("exit", (code) => {
      if (code !== 0) reject(new Error(`folding apart ended with code ${code}`));
      else
        resolve(
          Buffer.concat(chunks)
            .toString("utf8")
            .split("\n")
            .filter((line) => line !== ""),
        );
    });
    signal.addEventListener("abort", () => void worker.terminate(), { once: true });
  });
}
