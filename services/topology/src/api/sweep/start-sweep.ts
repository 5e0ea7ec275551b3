import type { TopologyContext } from "../context.ts";
import type { SweepSettings } from "../settings.ts";
import { createSweep } from "./sweep.ts";

/** Sweeps every so often, never two at a time. What fails is tried again at the next one. */
export function startSweep(context: TopologyContext, settings: SweepSettings): { stop(): void } {
  const sweep = createSweep(context, { graceMs: settings.graceSeconds * 1000 });
  let sweeping = false;
  const timer = setInterval(() => {
    if (sweeping) return;
    sweeping = true;
    sweep()
      .catch((error: unknown) => context.log.warn({ err: error }, "the sweep failed; trying again later"))
      .finally(() => {
        sweeping = false;
      });
  }, settings.sweepSeconds * 1000);
  return { stop: () => clearInterval(timer) };
}
