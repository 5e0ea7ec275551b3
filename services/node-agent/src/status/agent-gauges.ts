import type { Bus } from "@rhumbline/messaging";
import { count, gaugesOnScrape, metrics } from "@rhumbline/telemetry";
import type { DoorAuthority } from "../desired/door.ts";
import type { DesiredFeed } from "../feed/desired-feed.ts";
import type { Spool } from "../report/spool.ts";
import type { RetrySchedule } from "./retry-schedule.ts";

/** Shows how the agent stands: the same as its status tells, as numbers. */
export function exposeAgentGauges(parts: {
  readonly bus: Pick<Bus, "connected">;
  readonly spool: Pick<Spool, "pending">;
  readonly schedule: Pick<RetrySchedule, "failed">;
  readonly feed: Pick<DesiredFeed, "refusal">;
  readonly doors: () => DoorAuthority;
  readonly registrationRefusal: () => string;
}): void {
  const { agentSpooledReports, agentBusConnected, agentResourcesFailed, agentRefusing, agentDoorsClosed } = metrics;
  count(metrics.agentDriftRepairs, {}, 0);
  gaugesOnScrape(
    [agentSpooledReports, agentBusConnected, agentResourcesFailed, agentRefusing, agentDoorsClosed],
    (set) => {
      set(agentSpooledReports, parts.spool.pending.length);
      set(agentBusConnected, parts.bus.connected);
      set(agentResourcesFailed, parts.schedule.failed.size);
      set(agentDoorsClosed, parts.doors() !== "as desired");
      set(agentRefusing, (parts.registrationRefusal() || parts.feed.refusal) !== "");
    },
  );
}
