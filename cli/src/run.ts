import { setTimeout as pause } from "node:timers/promises";
import { inSpan, startTracing } from "@rhumbline/telemetry";
import type { Command } from "commander";
import type { Settings } from "./config.ts";
import { openTerminal } from "./output/terminal.ts";
import { type ContextKey, contextCalled, readContexts, settingByKey } from "./session/contexts.ts";
import { openSession, type Session } from "./session/session.ts";

/** Makes of a command's work what commander calls: with a session of its own, in the root span of a trace. */
export type Run = <A extends unknown[]>(
  work: (session: Session, ...args: A) => Promise<void>,
) => (...args: [...A, Command]) => Promise<void>;

export const run: Run =
  <A extends unknown[]>(work: (session: Session, ...args: A) => Promise<void>) =>
  async (...given: [...A, Command]) => {
    const command = given.at(-1) as Command;
    const args = given.slice(0, -1) as unknown as A;
    const settings = await settingsOf(command);
    const stopTracing = settings.otlp ? await startTracing("rhumb", settings.otlp) : async () => {};
    try {
      await inSpan(pathOf(command), { role: "client" }, async (traceparent) => {
        const session = openSession(settings, openTerminal(settings.color, process), traceparent);
        try {
          await work(session, ...args);
        } finally {
          session.terminal.progress(undefined);
          session.services.close();
        }
      });
    } finally {
      await sendTrace(stopTracing);
    }
  };

/** What the command line or the environment says, else the context, else where services usually are. */
async function settingsOf(command: Command): Promise<Settings> {
  const said = command.optsWithGlobals<Settings>();
  // Contexts are made and mended where none can be used yet.
  if (command.parent?.name() === "context") return said;
  const context = contextCalled(await readContexts(said.contexts), said.context);
  const unsaid = Object.entries(context)
    .map(([key, value]) => [settingByKey[key as ContextKey], value] as const)
    .filter(([setting]) => ["default", undefined].includes(command.getOptionValueSourceWithGlobals(setting)));
  return { ...said, ...Object.fromEntries(unsaid) };
}

const traceWithinMs = 2_000;

/** A trace that can't be sent is worth a word, and no more: the command is done. */
async function sendTrace(stopTracing: () => Promise<void>): Promise<void> {
  const failure = await Promise.race([
    stopTracing().then(
      () => undefined,
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    ),
    pause(traceWithinMs, `no answer within ${traceWithinMs / 1000} s`, { ref: false }),
  ]);
  if (failure !== undefined) process.stderr.write(`rhumb: the trace was not sent: ${failure}\n`);
}

/** "rhumb router create". */
const pathOf = (command: Command): string =>
  command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
