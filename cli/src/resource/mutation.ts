import { randomUUID } from "node:crypto";
import { StateServiceService } from "@rhumbline/proto/rhumbline/service/v1/state_service";
import { type Command, InvalidArgumentError } from "commander";
import { ServiceFailure } from "../errors/service-failure.ts";
import { CommandFailed } from "../errors/usage-error.ts";
import type { Session } from "../session/session.ts";
import type { Found, Resource } from "./resource.ts";
import { printItem } from "./show.ts";
import { awaitRealised } from "./wait.ts";

export interface MutationOptions {
  readonly requestId?: string;
  readonly validateOnly?: boolean;
  readonly wait?: boolean;
  /** Seconds. */
  readonly timeout?: number;
}

/** What every changing request holds beside its subject. */
export interface MutationFields {
  readonly requestId: string;
  readonly validateOnly: boolean;
}

/** Adds the flags that every changing command has. */
export function withMutationFlags<T>(command: Command, { kind }: Resource<T>): Command {
  command
    .option("--request-id <uuid>", "makes the command safe to repeat for 24 hours; one is made when absent")
    .option("--validate-only", "decide and answer, but change nothing");
  if (kind === undefined) return command;
  return command
    .option("--wait", "return when every node concerned has it")
    .option("--timeout <seconds>", "how long --wait waits", seconds, 60);
}

/** Parser of a time to wait. */
export function seconds(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError("accepted is a number of seconds above zero.");
  return value;
}

/** Sends a change. One whose outcome is not known names the request id that makes it safe to repeat. */
export async function change<A>(options: MutationOptions, send: (fields: MutationFields) => Promise<A>): Promise<A> {
  const requestId = options.requestId ?? randomUUID();
  try {
    return await send({ requestId, validateOnly: options.validateOnly ?? false });
  } catch (error) {
    if (!(error instanceof ServiceFailure) || !mayBeDone(error)) throw error;
    throw new CommandFailed(`${error.message}; repeat the command with --request-id ${requestId}`, { cause: error });
  }
}

const mayBeDone = ({ failure }: ServiceFailure): boolean =>
  failure.reason === "OUTCOME_UNKNOWN" || (failure.reason === undefined && !/ECONNREFUSED/.test(failure.message));

/** Waits where that is wanted, and prints the thing as it then is. */
export async function finishChange<T>(
  session: Session,
  resource: Resource<T>,
  found: Found<T>,
  options: MutationOptions,
  beside: object = {},
): Promise<void> {
  const { item, position } = found;
  const waits = await waitFor(session, resource, item && resource.idOf(item), position, options);
  if (!waits || item === undefined) return printItem(session, resource, found, beside);
  const minPosition = await reportedPosition(session);
  const { item: realised } = await resource.get(session, resource.idOf(item), { minPosition, asOf: undefined });
  return printItem(session, resource, { item: realised, position }, beside);
}

/** @returns whether there was something to wait for. */
export async function waitFor<T>(
  session: Session,
  { kind }: Resource<T>,
  id: string | undefined,
  position: number,
  { wait, validateOnly, timeout = 60 }: MutationOptions,
): Promise<boolean> {
  if (!wait || validateOnly || kind === undefined || id === undefined) return false;
  await awaitRealised(session, { kind, id, position }, timeout);
  return true;
}

/** Up to where the scheduler, which told that the nodes have it, has read the log: their reports are before it. */
async function reportedPosition({ services }: Session): Promise<number> {
  return (await services.client("scheduler", StateServiceService).getServiceState({})).position;
}
