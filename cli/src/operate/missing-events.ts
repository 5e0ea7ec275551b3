import { type DeliveredEvent, subjectMatches } from "@rhumbline/messaging";
import { ServiceFailure } from "../errors/service-failure.ts";
import type { Session } from "../session/session.ts";
import { deliveredFromLog } from "./delivered-from-log.ts";

interface Gap {
  /** Positions in the log, both exclusive. */
  readonly after: number;
  readonly before: number;
  readonly subject: string;
}

/** What the bus does not have between two of its events, from the log, which has all. Says in one line what was missing;
 *  where the log can't be asked, how to get it. */
export async function* missingEvents(
  { audit, terminal }: Session,
  { after, before, subject }: Gap,
): AsyncGenerator<Omit<DeliveredEvent, "storedAt">> {
  const request = { afterPosition: after, fromStart: after === 0, filter: "", stopAtEnd: true };
  const lacking = `the bus has not all events after position ${after} and before ${before}`;
  let previous = after;
  let told = false;
  try {
    for await (const { event } of audit.watch(request)) {
      if (event === undefined) continue;
      if (event.position >= before) return;
      const delivered = deliveredFromLog(event, previous);
      previous = event.position;
      if (!subjectMatches(subject, delivered.subject)) continue;
      if (!told) terminal.note(`rhumb: ${lacking}: these are from the log`);
      told = true;
      yield delivered;
    }
  } catch (error) {
    if (!(error instanceof ServiceFailure)) throw error;
    const command = `rhumb events --since ${previous === 0 ? "start" : previous}`;
    terminal.note(`rhumb: ${lacking}, and ${error.message}; later, ${command} tells them`);
  }
}
