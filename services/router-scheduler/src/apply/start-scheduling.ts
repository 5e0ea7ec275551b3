import type { Bus } from "@rhumbline/messaging";
import type { ServiceContext } from "@rhumbline/service";
import type { Heartbeats } from "../inbox/heartbeats.ts";
import { watchLiveness } from "../inbox/liveness.ts";
import { serveNodeRegistrations } from "../inbox/registrations.ts";
import { serveReports } from "../inbox/reports.ts";
import { whileWriter } from "../inbox/while-writer.ts";
import type { LivenessSettings } from "../liveness/judge-node.ts";
import type { SchedulerState } from "../read-model/state.ts";
import { startPublisher } from "../relay/publisher.ts";
import { placeRouters } from "./place-routers.ts";

/** All that the scheduler does without being called. Every replica listens to the nodes; only the writer answers them,
 *  places routers and publishes. */
export function startScheduling(
  context: ServiceContext<SchedulerState>,
  bus: Bus,
  heartbeats: Heartbeats,
  liveness: LivenessSettings,
): { stop(): Promise<void> } {
  bus.start();
  const publisher = startPublisher(context, bus);
  const stops = [
    heartbeats.listen(),
    whileWriter(context, () => [
      serveNodeRegistrations(context, bus, heartbeats, liveness),
      serveReports(context, bus),
      watchLiveness(context, heartbeats, liveness),
      placeRouters(context, bus),
    ]),
  ];
  return {
    async stop() {
      for (const stop of stops) stop();
      await publisher.stop();
      await bus.close();
    },
  };
}
