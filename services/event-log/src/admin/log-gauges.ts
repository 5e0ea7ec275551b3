import { statfs } from "node:fs/promises";
import { gaugesOnScrape, metrics } from "@rhumbline/telemetry";
import type { EventLog } from "../store/event-log.ts";

/** Shows how much the log holds, and how much more there is room for. */
export function exposeLogGauges(log: Pick<EventLog, "lastPosition" | "events">, folder: string): void {
  const { eventLogPosition, eventLogEvents, eventLogDiskFree } = metrics;
  gaugesOnScrape([eventLogPosition, eventLogEvents, eventLogDiskFree], async (set) => {
    set(eventLogPosition, log.lastPosition);
    set(eventLogEvents, log.events);
    const { bavail, bsize } = await statfs(folder);
    set(eventLogDiskFree, bavail * bsize);
  });
}
