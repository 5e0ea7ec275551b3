import type { Command } from "commander";
import { UsageError } from "../errors/usage-error.ts";
import { printData, printTable, wantsData } from "../resource/show.ts";
import type { Run } from "../run.ts";
import {
  type Context,
  type ContextKey,
  contextCalled,
  readContexts,
  settingByKey,
  writeContexts,
} from "../session/contexts.ts";

/** `rhumb context`: installations by name. */
export function addContextCommands(program: Command, run: Run): void {
  const group = program
    .command("context")
    .description("where the services of each installation are, and who calls them, by a name");
  group
    .command("list")
    .description("all contexts; the current one is marked")
    .action(
      run(async (session) => {
        const { current, contexts } = await readContexts(session.settings.contexts);
        if (wantsData(session)) return printData(session, { current, contexts });
        await printTable(session, Object.entries(contexts), [
          { heading: "NAME", text: ([name]) => name },
          { heading: "CURRENT", text: ([name]) => (name === current ? "*" : "") },
          {
            heading: "SAYS",
            text: ([, context]) =>
              Object.entries(context)
                .map((at) => at.join("="))
                .join(" "),
          },
        ]);
      }),
    );
  change(group, run, "use", "let it be the one that is meant when --context is not said", async (before, name) => {
    contextCalled(before, name);
    return { ...before, current: name };
  });
  change(group, run, "delete", "forget it", async (before, name) => {
    contextCalled(before, name);
    const { [name]: _, ...contexts } = before.contexts;
    return { contexts, current: before.current === name ? undefined : before.current };
  });
  change(
    group,
    run,
    "set",
    "keep what --topology and so on, --as-user, --as-project and --as-roles say (rhumb --help)",
    async (before, name, given) => {
      if (Object.keys(given).length === 0)
        throw new UsageError("say where a service is, --topology HOST:PORT and so on, or who calls, --as-user USER …");
      return { ...before, contexts: { ...before.contexts, [name]: { ...before.contexts[name], ...given } } };
    },
  );
}

type Before = Awaited<ReturnType<typeof readContexts>>;

function change(
  group: Command,
  run: Run,
  verb: string,
  description: string,
  next: (before: Before, name: string, given: Context) => Promise<Before>,
): void {
  const command = group.command(verb).description(description).argument("<name>");
  command.action(
    run(async (session, name: string) => {
      const file = session.settings.contexts;
      const settings = Object.entries(settingByKey) as [ContextKey, (typeof settingByKey)[ContextKey]][];
      const said = settings.filter(([, setting]) => saidOnCommandLine(command, setting));
      const given = Object.fromEntries(said.map(([key, setting]) => [key, String(session.settings[setting])]));
      await writeContexts(file, await next(await readContexts(file), name, given));
    }),
  );
}

const saidOnCommandLine = (command: Command, option: string): boolean =>
  command.getOptionValueSourceWithGlobals(option) === "cli";
