import type { Command } from "commander";
import { ServiceFailure } from "../errors/service-failure.ts";
import { CommandFailed } from "../errors/usage-error.ts";
import { printable } from "../output/printable.ts";
import { seconds } from "../resource/mutation.ts";
import { printData, wantsData } from "../resource/show.ts";
import { awaitRealised } from "../resource/wait.ts";
import type { Run } from "../run.ts";
import type { Session } from "../session/session.ts";
import { describeWanted, type Wanted } from "../topology-file/wanted.ts";
import { appliers, type Written } from "./appliers.ts";
import { execute } from "./execute.ts";
import type { Topology } from "./references.ts";
import { planStep, type Step } from "./step.ts";
import { fileOption, openTopology, projectOption, type SourceOptions } from "./topology-source.ts";

interface ApplyOptions extends SourceOptions {
  readonly dryRun?: boolean;
  readonly wait?: boolean;
  /** Seconds. */
  readonly timeout: number;
}

/** `rhumb apply`: makes what a file names and is not there, changes what differs, and leaves the rest alone. */
export function addApplyCommand(program: Command, run: Run): void {
  program
    .command("apply")
    .description("make or change what a topology file names; repeated, it does nothing. It deletes nothing")
    .addOption(fileOption)
    .addOption(projectOption)
    .option("--dry-run", "let the services decide, but change nothing")
    .option("--wait", "return when every node concerned has all of it")
    .option("--timeout <seconds>", "how long --wait waits", seconds, 60)
    .action(
      run(async (session, options: ApplyOptions) => {
        const topology = await openTopology(options, session.settings);
        // Whatever can be found out before the first change is.
        for (const wanted of topology.wanted) await planStep(session, topology, wanted);
        const applied: Applied[] = [];
        for (const wanted of topology.wanted) applied.push(await applyOne(session, topology, wanted, options));
        if (wantsData(session)) await printData(session, { resources: applied.map(asJson) });
        if (options.wait && !options.dryRun) await awaitAll(session, applied, options.timeout);
      }),
    );
}

interface Applied {
  readonly wanted: Wanted;
  readonly outcome: "created" | "changed" | "unchanged" | "to be created" | "to be changed";
  readonly id: string;
  readonly written: Written | undefined;
}

async function applyOne(
  session: Session,
  topology: Topology,
  wanted: Wanted,
  { dryRun = false }: ApplyOptions,
): Promise<Applied> {
  const step = await planStep(session, topology, wanted);
  // The services can't judge what refers to something that is not there.
  const undecided = dryRun && step.pending.length > 0;
  const written = undecided ? undefined : await execute(session, step, dryRun).catch(nameLine(topology, wanted));
  if (written !== undefined && !dryRun) topology.ids.set(wanted, written.id);
  if (dryRun && step.action !== "none") topology.left.add(wanted);
  const id = topology.ids.get(wanted) ?? "";
  const outcome = outcomeOf(step, dryRun);
  if (!wantsData(session)) {
    const beside = undecided ? `  (not tried: needs ${step.pending.join(", ")})` : id === "" ? "" : `  ${id}`;
    const { output } = session.settings;
    const line = output === "name" ? describeWanted(wanted) : `${describeWanted(wanted)} ${outcome}${beside}`;
    await session.terminal.print(printable(line));
  }
  return { wanted, outcome, id, written: dryRun ? undefined : written };
}

function outcomeOf({ action }: Step, dryRun: boolean): Applied["outcome"] {
  if (action === "none") return "unchanged";
  if (action === "create") return dryRun ? "to be created" : "created";
  return dryRun ? "to be changed" : "changed";
}

/** A service's refusal, with the resource that it is of. */
const nameLine =
  ({ file }: Topology, wanted: Wanted) =>
  (error: unknown): never => {
    if (!(error instanceof ServiceFailure || error instanceof CommandFailed)) throw error;
    throw new CommandFailed(`${file}:${wanted.line}: ${describeWanted(wanted)}: ${error.message}`, { cause: error });
  };

const asJson = ({ wanted, outcome, id, written }: Applied): object => ({
  kind: wanted.kind,
  name: wanted.label,
  ...(id === "" ? {} : { id }),
  outcome,
  ...(written === undefined ? {} : { position: written.position }),
});

/** What was unchanged may still be on its way from an earlier time, and is waited for too. */
async function awaitAll(session: Session, applied: readonly Applied[], timeoutSeconds: number): Promise<void> {
  const deadline = performance.now() + timeoutSeconds * 1000;
  for (const { wanted, id, written } of applied) {
    const { kind } = appliers[wanted.kind].resource;
    if (kind === undefined || id === "") continue;
    const position = written?.position ?? session.services.position();
    await awaitRealised(session, { kind, id, position }, Math.max(1, (deadline - performance.now()) / 1000));
  }
}
