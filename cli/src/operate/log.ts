import {
  type BackupResponse,
  type LogCopy_Summary,
  RestoreResponse,
} from "@rhumbline/proto/rhumbline/eventlog/v1/event_log_admin";
import type { Command } from "commander";
import { asFileError } from "../errors/file-error.ts";
import { CommandFailed } from "../errors/usage-error.ts";
import { printData, printTable, wantsData } from "../resource/show.ts";
import type { Run } from "../run.ts";
import type { Session } from "../session/session.ts";
import { readLogFile, writeLogFile } from "./log-file.ts";

/** `rhumb log`: copies of the embedded event log. */
export function addLogCommands(program: Command, run: Run): void {
  const group = program.command("log").description("copies of the embedded event log, made and put back while it runs");
  group
    .command("backup")
    .description("write a consistent copy of the log to a file")
    .argument("<file>")
    .action(
      run(async (session, file: string) => {
        const summary = await backup(session, file);
        await printSummary(session, summary);
      }),
    );
  group
    .command("restore")
    .description("put a copy into a log that holds nothing yet")
    .argument("<file>")
    .action(
      run(async (session, file: string) => {
        const restored = await session.eventLogAdmin.restore(restoreRequests(session, file)).catch(asFileError);
        if (wantsData(session)) return printData(session, RestoreResponse.toJSON(restored));
        await printSummary(session, restored);
      }),
    );
}

async function backup(session: Session, file: string): Promise<LogCopy_Summary> {
  let summary: LogCopy_Summary | undefined;
  let bytes = 0;
  const pieces = async function* (answers: AsyncIterable<BackupResponse>) {
    for await (const { copy } of answers) {
      if (copy?.part?.$case === "summary") summary = copy.part.value;
      if (copy?.part?.$case === "chunk") bytes += copy.part.value.length;
      session.terminal.progress(`${bytes} bytes copied`);
      if (copy !== undefined) yield copy;
    }
    if (summary === undefined) throw new CommandFailed("the event log ended the copy before it was complete");
  };
  await writeLogFile(file, pieces(session.eventLogAdmin.backup({}))).catch(asFileError);
  session.terminal.progress(undefined);
  if (summary === undefined) throw new CommandFailed("the event log sent no copy");
  return summary;
}

async function* restoreRequests({ terminal }: Session, file: string) {
  let bytes = 0;
  for await (const copy of readLogFile(file)) {
    if (copy.part?.$case === "chunk") bytes += copy.part.value.length;
    terminal.progress(`${bytes} bytes sent`);
    yield { copy };
  }
}

async function printSummary(
  session: Session,
  { position, events }: { position: number; events: number },
): Promise<void> {
  if (wantsData(session)) return printData(session, { position, events });
  await printTable(
    session,
    [{ position, events }],
    [
      { heading: "EVENTS", text: (copy) => String(copy.events) },
      { heading: "POSITION", text: (copy) => String(copy.position) },
    ],
  );
}
