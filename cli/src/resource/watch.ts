import type { Session } from "../session/session.ts";

/** Something read and ready to print, and the log position it is of. */
export interface Reading {
  readonly lines: readonly string[];
  /** What is compared: the lines may tell the position too. */
  readonly content: unknown;
  readonly position: number;
}

/** Prints what is read, and with --watch again whenever it has changed, until the command is stopped.
 *  @param read answers what the log says at the position or later. */
export async function printReading(
  session: Session,
  watch: boolean,
  read: (minPosition: number) => Promise<Reading>,
): Promise<void> {
  let shown = await read(session.services.position());
  for (const line of shown.lines) await session.terminal.print(line);
  if (!watch) return;
  const coming = session.audit.watch({
    afterPosition: shown.position,
    fromStart: shown.position === 0,
    filter: "",
    stopAtEnd: false,
  });
  for await (const { event } of coming) {
    // What was read after this event shows it already.
    if (event === undefined || event.position <= shown.position) continue;
    const next = await read(event.position);
    const changed = JSON.stringify(next.content) !== JSON.stringify(shown.content);
    shown = next;
    if (!changed) continue;
    session.terminal.startAgain();
    for (const line of next.lines) await session.terminal.print(line);
  }
}
