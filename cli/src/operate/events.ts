import { LogEvent } from "@rhumbline/proto/rhumbline/audit/v1/audit_service";
import { type Command, Option } from "commander";
import { UsageError } from "../errors/usage-error.ts";
import { formatRecord } from "../output/data.ts";
import { printable } from "../output/printable.ts";
import { parseMoment } from "../resource/moment.ts";
import type { Run } from "../run.ts";
import type { Session } from "../session/session.ts";
import { printBusEvents } from "./bus-events.ts";
import type { EventsOptions } from "./events-options.ts";
import { watchLog } from "./watch-log.ts";

/** `rhumb events`: from the log by way of audit, or from the bus as any subscriber gets them. */
export function addEventsCommand(program: Command, run: Run): void {
  program
    .command("events")
    .description("what happened: every wish, decision and kernel change, in the log's order")
    .option("-f, --follow", "go on with what comes; without --since, with nothing else")
    .addOption(new Option("--until-now", "end at the present end, which is so without --follow").conflicts("follow"))
    .option(
      "--since <moment>",
      "after this log position, from this time (2026-01-31T12:00:00Z) or 10m, 2h, 1d ago; start: all",
      (text) => since(text),
    )
    .option("--filter <filter>", 'like: kind = "router" AND resource_id = "…" AND type != "…"; also project_id')
    .option("--nats [url]", "receive them from the bus, as a subscriber does (nats://127.0.0.1:4222)")
    .option("--subject <subject>", "with --nats: which, like rhumbline.evt.*.router.>")
    .action(
      run(async (session, options: EventsOptions) => {
        if (options.nats !== undefined) {
          if (options.filter !== undefined) throw new UsageError("with --nats, give --subject instead of --filter");
          if (typeof options.since === "number" || options.since instanceof Date)
            throw new UsageError("the bus is read from the start, or from now on");
          return printBusEvents(session, options);
        }
        if (options.subject !== undefined) throw new UsageError("--subject goes with --nats; give --filter instead");
        return printLogEvents(session, options);
      }),
    );
}

async function printLogEvents(session: Session, options: EventsOptions): Promise<void> {
  const { follow = false, since = follow ? undefined : "start", filter = "" } = options;
  const from = typeof since === "number" ? since : since === undefined ? undefined : 0;
  for await (const event of follow
    ? watchLog(session, { after: from, filter })
    : untilNow(session, from ?? 0, filter)) {
    if (since instanceof Date && event.time !== undefined && event.time < since) continue;
    await session.terminal.print(render(session, event));
  }
}

async function* untilNow({ audit }: Session, after: number, filter: string): AsyncGenerator<LogEvent> {
  const request = { afterPosition: after, fromStart: after === 0, filter, stopAtEnd: true };
  for await (const { event } of audit.watch(request)) if (event !== undefined) yield event;
}

function render({ settings }: Session, event: LogEvent): string {
  const data = formatRecord(settings.output, LogEvent.toJSON(event));
  if (data !== undefined) return data;
  if (settings.output === "name") return event.id;
  const line = formatLogEvent(event);
  return settings.output === "wide" ? `${line}  ${printable(event.dataJson)}` : line;
}

/** One line, in columns that hold what is usual: more can follow at any time. */
export function formatLogEvent({ time, position, type, kind, resourceId, actor, projectId }: LogEvent): string {
  const when = time?.toISOString() ?? "";
  const who = [actor, projectId].filter((text) => text !== "").join(" for ");
  const cells = [
    when.padEnd(24),
    String(position).padStart(10),
    type.padEnd(24),
    `${kind}/${resourceId}`.padEnd(50),
    who,
  ];
  return printable(cells.join("  ")).trimEnd();
}

/** A moment, or "start". */
export const since = (text: string, now?: number): number | "start" | Date =>
  text === "start" ? text : parseMoment(text, now, ["the word start"]);
