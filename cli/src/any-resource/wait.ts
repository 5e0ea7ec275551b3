import { setTimeout as pause } from "node:timers/promises";
import { isUuid } from "@rhumbline/grpc";
import { StateServiceService } from "@rhumbline/proto/rhumbline/service/v1/state_service";
import { type Command, InvalidArgumentError } from "commander";
import { suggestion } from "../errors/nearest.ts";
import { grpcCodes, ServiceFailure } from "../errors/service-failure.ts";
import { CommandFailed, UsageError } from "../errors/usage-error.ts";
import { detailRows } from "../output/details.ts";
import { seconds } from "../resource/mutation.ts";
import { listCalled, onlyCalled } from "../resource/name-or-id.ts";
import type { Resource } from "../resource/resource.ts";
import { awaitRealised } from "../resource/wait.ts";
import type { Run } from "../run.ts";
import type { Session } from "../session/session.ts";
import { resourceArgument, resourceCalled } from "./resource-by-noun.ts";

type Condition =
  | { readonly is: "realised" }
  | { readonly is: "deleted" }
  | { readonly is: "status"; readonly status: string };

interface WaitOptions {
  readonly for: Condition;
  /** Seconds. */
  readonly timeout: number;
}

/** `rhumb wait`: returns when something has become so. */
export function addWaitCommand(program: Command, run: Run): void {
  program
    .command("wait")
    .description("return when a resource is realised by its nodes, is deleted, or has a status")
    .addArgument(resourceArgument())
    .argument("<name>", "its name (a floating IP's address) or its id")
    .requiredOption("--for <condition>", "realised, deleted, or status=ACTIVE (or DOWN, BUILD, ERROR)", condition)
    .option("--timeout <seconds>", "how long it waits", seconds, 60)
    .action(
      run(async (session, noun: string, nameOrId: string, { for: wanted, timeout }: WaitOptions) => {
        const resource = resourceCalled(noun);
        const ids = await listCalled(session, resource, nameOrId);
        if (ids.length === 0 && wanted.is === "deleted" && !isUuid(nameOrId)) return;
        const id = isUuid(nameOrId) ? nameOrId : await onlyCalled(session, resource, nameOrId, ids);
        if (wanted.is === "realised") return waitRealised(session, resource, id, timeout);
        await watchUntil(session, resource, id, wanted, timeout);
      }),
    );
}

/** @throws {UsageError} no node realises what is of this kind. */
async function waitRealised(session: Session, { kind, title }: Resource<unknown>, id: string, timeout: number) {
  if (kind === undefined) throw new UsageError(`a ${title} is not realised by nodes: it is what it is once it is made`);
  // As it is now, whichever write made it so.
  const { position } = await session.services.client("scheduler", StateServiceService).getServiceState({});
  await awaitRealised(session, { kind, id, position: Math.max(position, session.services.position()) }, timeout);
}

const pollEveryMs = 250;

/** Asks again and again: a status may change by what no event of the resource tells. */
async function watchUntil(
  session: Session,
  resource: Resource<unknown>,
  id: string,
  wanted: Exclude<Condition, { is: "realised" }>,
  timeout: number,
): Promise<void> {
  const deadline = performance.now() + timeout * 1000;
  const target = wanted.is === "deleted" ? "deleted" : wanted.status;
  for (;;) {
    const state = await stateOf(session, resource, id);
    if (state === target) return;
    if (state === "deleted") throw new CommandFailed(`${resource.title} ${id} does not exist`);
    if (performance.now() > deadline)
      throw new CommandFailed(`${resource.title} ${id} is ${state} after ${timeout} s, and not ${target}`);
    session.terminal.progress(`waiting for ${resource.title} ${id} to be ${target}: it is ${state}`);
    await pause(pollEveryMs);
  }
}

/** "ACTIVE", "deleted"; "there" for what has no status. */
async function stateOf(session: Session, resource: Resource<unknown>, id: string): Promise<string> {
  try {
    const { item } = await resource.get(session, id, { minPosition: session.services.position(), asOf: undefined });
    const [, status] = detailRows(resource.toJson(item)).find(([field]) => field === "status") ?? [];
    return status?.replace(/^.*_STATUS_/, "") ?? "there";
  } catch (error) {
    if (error instanceof ServiceFailure && error.failure.code === grpcCodes.notFound) return "deleted";
    throw error;
  }
}

const statuses = ["ACTIVE", "DOWN", "BUILD", "ERROR"] as const;

function condition(text: string): Condition {
  if (text === "realised" || text === "deleted") return { is: text };
  const [, status] = /^status=([A-Za-z]+)$/.exec(text) ?? [];
  const known = statuses.find((candidate) => candidate === status?.toUpperCase());
  if (known === undefined) {
    const accepted = ["realised", "deleted", ...statuses.map((each) => `status=${each}`)];
    throw new InvalidArgumentError(`accepted are ${accepted.join(", ")}${suggestion(text, accepted)}`);
  }
  return { is: "status", status: known };
}
