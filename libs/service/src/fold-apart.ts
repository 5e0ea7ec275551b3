import { Worker } from "node:worker_threads";

/** Starts this program once more, in a thread with a heap of its own, with `--fold-to`: it folds the log from zero,
 *  prints the state as text, and ends.
 *  @returns the lines. */
export function foldApart(position: number, signal: AbortSignal): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const program = process.argv[1];
    if (program === undefined) throw new Error("the program's own path is not known");
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
