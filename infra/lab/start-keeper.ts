import { spawn } from "node:child_process";
import { join } from "node:path";
import type { KeeperMessage } from "./keeper.ts";
import type { LabPlan } from "./lab-plan.ts";

const keeperProgram = join(import.meta.dirname, "keeper.ts");

/** Starts a lab that outlives the calling process, and returns once it is whole.
 *  @throws Error with the reason why it could not be. */
export async function startKeeper(plan: LabPlan, log: (line: string) => void): Promise<void> {
  const keeper = spawn(process.execPath, [...process.execArgv, keeperProgram, JSON.stringify(plan)], {
    detached: true,
    // Not the caller's own standard error: whoever reads that to its end would wait for the lab's end.
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  let said = "";
  keeper.stderr?.on("data", (words) => {
    said += words;
  });
  await new Promise<void>((resolve, reject) => {
    keeper.once("error", reject);
    keeper.once("close", () => reject(new Error(`the lab's keeper ended: ${said.trim()}`)));
    keeper.on("message", (message: KeeperMessage) => {
      if ("step" in message) log(message.step);
      else if ("failure" in message) reject(new Error(message.failure));
      else resolve();
    });
  });
  keeper.stderr?.destroy();
  keeper.unref();
}
