import { startLab } from "./lab.ts";
import type { LabPlan } from "./lab-plan.ts";

/** What a keeper tells the command that started it. */
export type KeeperMessage = { readonly step: string } | { readonly ready: true } | { readonly failure: string };

/** Keeps a lab up in the background. Started by `startKeeper` with the plan as JSON in its one argument. */
async function keep(plan: LabPlan): Promise<void> {
  const tell = (message: KeeperMessage) => process.send?.(message);
  const abandon = () => process.exit(1); // the command was interrupted: nobody waits for this lab
  process.once("disconnect", abandon);
  process.chdir("/"); // a lab that stays up holds no folder of the command's
  try {
    await startLab(plan, (step) => tell({ step }));
    process.off("disconnect", abandon);
    tell({ ready: true });
    // From here on the hosts' pipes keep the process alive; it ends with them, or they with it.
  } catch (error) {
    tell({ failure: error instanceof Error ? error.message : String(error) });
    process.exitCode = 1;
  } finally {
    process.off("disconnect", abandon);
    process.disconnect();
  }
}

await keep(JSON.parse(process.argv[2] ?? "") as LabPlan);
