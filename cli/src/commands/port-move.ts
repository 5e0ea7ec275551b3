import type { Port } from "@rhumbline/proto/rhumbline/topology/v1/port";
import type { Command } from "commander";
import { CommandFailed, UsageError } from "../errors/usage-error.ts";
import { nameOrIdHelp } from "../resource/commands.ts";
import { change, finishChange, type MutationOptions, waitFor, withMutationFlags } from "../resource/mutation.ts";
import { resolveId } from "../resource/name-or-id.ts";
import type { Resource } from "../resource/resource.ts";
import type { Run } from "../run.ts";
import type { Session } from "../session/session.ts";
import { nodeResource } from "./node-resource.ts";

interface MoveOptions extends MutationOptions {
  readonly host?: string;
  readonly device?: string;
  readonly prepare?: boolean;
  readonly finish?: boolean;
  readonly abort?: boolean;
}

type Step = "whole" | "prepare" | "finish" | "abort";

interface Moved {
  readonly port: Port | undefined;
  readonly position: number;
}

/** `rhumb port move vm1 --host node2`; around a live migration in two steps: `--prepare` before it, `--finish` at its end. */
export function addPortMoveCommand(group: Command, portResource: Resource<Port>, run: Run): void {
  const move = group
    .command("move")
    .description("move a port to another node: that one makes everything ready before the present one lets go")
    .argument("<port>", nameOrIdHelp(portResource))
    .option("--host <node>", "where the instance is going to run")
    .option("--device <name>", "its tap or veth there, as for rhumb port bind")
    .option("--prepare", "only make the other node ready, and return when it is: before a live migration")
    .option("--finish", "have the prepared node take over now: the instance runs there")
    .option("--abort", "the instance stays where it is");
  withMutationFlags(move, portResource).action(
    run(async (session, nameOrId: string, options: MoveOptions) => {
      const step = stepOf(options);
      const id = await resolveId(session, portResource, nameOrId);
      const { port, position } = await moved(session, portResource, id, step, options);
      const wait = options.wait === true && step !== "prepare";
      await finishChange(session, portResource, { item: port, position }, { ...options, wait });
    }),
  );
}

/** @throws {UsageError} */
function stepOf({ host, device, prepare, finish, abort }: MoveOptions): Step {
  const steps = Object.entries({ prepare, finish, abort }).flatMap(([step, given]) => (given ? [step] : []));
  const [step = "whole", ...others] = steps as Step[];
  if (others.length > 0) throw new UsageError("--prepare, --finish and --abort exclude each other");
  const starts = step === "whole" || step === "prepare";
  if (starts && host === undefined) throw new UsageError("--host is needed: the node that the instance is going to");
  if (!starts && (host ?? device) !== undefined) throw new UsageError(`--${step} goes without --host and --device`);
  return step;
}

async function moved(
  session: Session,
  portResource: Resource<Port>,
  id: string,
  step: Step,
  options: MoveOptions,
): Promise<Moved> {
  const named = { id, etag: "" };
  if (step === "abort") return change(options, (fields) => session.ports.abortPortMove({ ...named, ...fields }));
  if (step === "finish") return change(options, (fields) => session.ports.finishPortMove({ ...named, ...fields }));
  const host = await resolveId(session, nodeResource, options.host ?? "");
  const { device = "" } = options;
  const started = await change(options, (fields) => session.ports.startPortMove({ ...named, host, device, ...fields }));
  if (started.port?.binding?.move === undefined || options.validateOnly) return started;
  await ready(waitFor(session, portResource, id, started.position, { ...options, wait: true }));
  if (step === "prepare") return started;
  // Another change, which a repetition with the same id would not be.
  return change({}, (fields) => session.ports.finishPortMove({ ...named, ...fields }));
}

async function ready(waiting: Promise<unknown>): Promise<void> {
  try {
    await waiting;
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
    throw new CommandFailed(
      `${error.message}; the port is served where it was: wait on by the same command, or give it up with --abort`,
      { cause: error },
    );
  }
}
