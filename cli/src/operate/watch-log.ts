import { setTimeout as pause } from "node:timers/promises";
import type { LogEvent } from "@rhumbline/proto/rhumbline/audit/v1/audit_service";
import { grpcCodes, ServiceFailure } from "../errors/service-failure.ts";
import type { Session } from "../session/session.ts";

const retryMs = 1_000;

interface Watch {
  /** Exclusive. Undefined: what comes from now on. */
  readonly after: number | undefined;
  readonly filter: string;
}

/** The log's events, then those that come; over times in which audit or the log is not there.
 *  @throws {ServiceFailure} it is not there from the beginning, or refuses. */
export async function* watchLog(session: Session, { after, filter }: Watch): AsyncGenerator<LogEvent> {
  const { audit, terminal } = session;
  const { position } = await audit.listEvents({ pageSize: 1, pageToken: "", filter: "", minPosition: 0 });
  let last = after ?? position;
  for (let told = false; ; ) {
    try {
      const request = { afterPosition: last, fromStart: last === 0, filter, stopAtEnd: false };
      for await (const { event } of audit.watch(request)) {
        if (event === undefined) continue;
        told = false;
        last = event.position;
        yield event;
      }
    } catch (error) {
      if (!isAway(error)) throw error;
      if (!told) terminal.note(`rhumb: ${error.message}; going on after position ${last} when it is back`);
      told = true;
    }
    await pause(retryMs);
  }
}

/** Away for a while, or a log that does not reach as far as it did: that one stays so. */
function isAway(error: unknown): error is ServiceFailure {
  if (!(error instanceof ServiceFailure)) return false;
  const { code, reason } = error.failure;
  return code === grpcCodes.unavailable && reason !== "POSITION_NOT_REACHED";
}
