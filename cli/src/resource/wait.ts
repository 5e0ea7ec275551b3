import {
  type Realisation,
  type ResourceKind,
  resourceKindToJSON,
} from "@rhumbline/proto/rhumbline/scheduler/v1/realisation_service";
import { grpcCodes, ServiceFailure } from "../errors/service-failure.ts";
import { CommandFailed } from "../errors/usage-error.ts";
import type { Session } from "../session/session.ts";

export interface Awaited {
  readonly kind: ResourceKind;
  readonly id: string;
  /** Of the write. */
  readonly position: number;
}

const progressEveryMs = 1_000;

/** Waits until every node concerned has it.
 *  @throws {CommandFailed} a node reported an error, or the time is over; it says which nodes and what they said. */
export async function awaitRealised(session: Session, awaited: Awaited, timeoutSeconds: number): Promise<void> {
  const stopProgress = showProgress(session, awaited);
  try {
    const { realisation } = await session.realisation.awaitRealised(awaited, { timeoutMs: timeoutSeconds * 1000 });
    if (realisation?.realised) return;
    throw new CommandFailed(`${label(awaited)} is not realised: ${describeRealisation(realisation)}`);
  } catch (error) {
    const late = error instanceof ServiceFailure && error.failure.code === grpcCodes.deadlineExceeded;
    if (!late) throw error;
    const { realisation } = await present(session, awaited);
    throw new CommandFailed(
      `${label(awaited)} is not realised after ${timeoutSeconds} s: ${describeRealisation(realisation)}`,
    );
  } finally {
    stopProgress();
  }
}

const present = ({ realisation }: Session, { kind, id, position }: Awaited) =>
  realisation.getRealisation({ kind, id, minPosition: position });

function showProgress(session: Session, awaited: Awaited): () => void {
  const { terminal } = session;
  const began = performance.now();
  let stopped = false;
  const show = async (): Promise<void> => {
    const { realisation } = await present(session, awaited);
    const seconds = Math.round((performance.now() - began) / 1000);
    if (!stopped)
      terminal.progress(`waiting for ${label(awaited)} (${seconds} s): ${describeRealisation(realisation)}`);
  };
  // Whatever keeps the scheduler from answering, the call that is waited for tells it.
  const timer = setInterval(() => void show().catch(() => undefined), progressEveryMs);
  return () => {
    stopped = true;
    clearInterval(timer);
    terminal.progress(undefined);
  };
}

const label = ({ kind, id }: Awaited): string =>
  `${resourceKindToJSON(kind).replace("RESOURCE_KIND_", "").toLowerCase().replace("_", " ")} ${id}`;

/** Who is no administrator is not told which node it is. */
const nameOf = ({ nodeName }: { readonly nodeName: string }): string => nodeName || "its node";

/** What is missing, in a line. */
export function describeRealisation(realisation: Realisation | undefined): string {
  if (realisation === undefined) return "the scheduler says nothing of it";
  const { nodes, reason, compiledPosition } = realisation;
  const waiting = nodes.filter(({ waiting }) => waiting);
  const failed = nodes.filter(({ error, waiting }) => error !== "" && !waiting);
  const behind = nodes.filter(
    ({ error, appliedPosition, desiredPosition }) => error === "" && appliedPosition < desiredPosition,
  );
  const parts = [
    ...failed.map((node) => `${nameOf(node)} reports: ${node.error}`),
    ...waiting.map((node) => `${node.error} on ${node.nodeName ? `node ${node.nodeName}` : "its node"}`),
    ...(behind.length > 0 ? [`not yet reported by ${behind.map(nameOf).join(", ")}`] : []),
    ...(reason === "" ? [] : [reason]),
  ];
  return parts.length > 0 ? parts.join("; ") : `desired state is compiled up to position ${compiledPosition}`;
}
