import type { Command } from "commander";
import { DifferencesFound } from "../errors/usage-error.ts";
import { printable } from "../output/printable.ts";
import { printData, wantsData } from "../resource/show.ts";
import type { Run } from "../run.ts";
import type { Session } from "../session/session.ts";
import { describeWanted } from "../topology-file/wanted.ts";
import { inWords } from "./differences.ts";
import { planStep, type Step } from "./step.ts";
import { fileOption, openTopology, projectOption, type SourceOptions } from "./topology-source.ts";

/** `rhumb diff`: what `rhumb apply` of the same file would do, field by field. */
export function addDiffCommand(program: Command, run: Run): void {
  program
    .command("diff")
    .description("show what applying a topology file would do; ends with 3 when that is anything, with 0 when nothing")
    .addOption(fileOption)
    .addOption(projectOption)
    .action(
      run(async (session, options: SourceOptions) => {
        const topology = await openTopology(options, session.settings);
        const steps: Step[] = [];
        for (const wanted of topology.wanted) steps.push(await planStep(session, topology, wanted));
        const different = steps.filter(({ action }) => action !== "none");
        if (wantsData(session)) await printData(session, { resources: different.map(asJson) });
        else for (const step of different) await printStep(session, step);
        if (different.length > 0) throw new DifferencesFound();
      }),
    );
}

async function printStep({ terminal, settings }: Session, step: Step): Promise<void> {
  const { wanted, action, present, differences } = step;
  if (settings.output === "name") return terminal.print(printable(describeWanted(wanted)));
  const id = present === undefined ? "" : `  ${String(present["id"])}`;
  await terminal.print(printable(`${action === "create" ? "+" : "~"} ${describeWanted(wanted)}${id}`));
  for (const { field, from, to } of differences.filter((difference) => difference.field !== "name")) {
    const change = action === "create" ? inWords(to) : `${inWords(from)} → ${inWords(to)}`;
    await terminal.print(printable(`    ${field}: ${change}`));
  }
}

const asJson = ({ wanted, action, present, differences }: Step): object => ({
  kind: wanted.kind,
  name: wanted.label,
  id: present?.["id"],
  action,
  differences: differences.map(({ field, from, to }) => ({ field, from: from ?? null, to: to ?? null })),
});
