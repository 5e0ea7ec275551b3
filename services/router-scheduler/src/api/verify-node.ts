import { setTimeout as pause } from "node:timers/promises";
import type { Bus } from "@rhumbline/messaging";
import type { InspectKernelResponse } from "@rhumbline/proto/rhumbline/agent/v1/agent_service";
import type { VerifyNodeResponse } from "@rhumbline/proto/rhumbline/diagnosis/v1/verification_service";
import type { ServiceContext } from "@rhumbline/service";
import { realised, type SchedulerState } from "../read-model/state.ts";
import { identityOf } from "../realised/kernel-objects.ts";
import { type Difference, differencesOf, verificationOf } from "../verification/differences.ts";
import { inspectNode } from "./ask-node.ts";
import { readReportedKernel } from "./reported-kernel.ts";

type Context = Pick<ServiceContext<SchedulerState>, "fold" | "logId" | "store">;

const settledWithinMs = 10_000;
const retryMs = 200;

/** Compares a node's kernel, as its agent sees it in one moment between two passes, with what it is to be, and with what
 *  the node's reports in the log say. What is on its way to the node or from it is waited for.
 *  @throws {NotFound} @throws {AgentUnreachable} */
export async function verifyNode(context: Context, bus: Bus, nodeId: string): Promise<VerifyNodeResponse> {
  const { fold, store, logId } = context;
  const deadline = performance.now() + settledWithinMs;
  let seen = await inspectNode(bus, fold.state, nodeId);
  while (!isSettled(context, nodeId, seen) && performance.now() < deadline) {
    await pause(retryMs);
    seen = await inspectNode(bus, fold.state, nodeId);
  }
  const node = { nodeId, nodeName: fold.state.nodes.get(nodeId)?.name ?? "" };
  const wanted = fold.state.desired.get(nodeId);
  const reported = await readReportedKernel(store, nodeId, seen.lastSeq);
  const observed = new Map(seen.objects.map((object) => [identityOf(object), object.value]));
  const told = new Map([...reported.objects].map(([identity, { object }]) => [identity, object.value]));
  const position = wanted?.position ?? 0;
  const undesired = [...heldState(seen, logId, position), ...kernelDifferences(seen)];
  const unreported = [...heldReports(seen, reported.lastSeq), ...differencesOf(told, observed)];
  return {
    desired: verificationOf(node, position, seen.objects.length, undesired),
    realised: verificationOf(node, reported.position, told.size, unreported),
    held: seen.held,
  };
}

function isSettled({ fold, logId }: Context, nodeId: string, seen: InspectKernelResponse): boolean {
  const position = fold.state.desired.get(nodeId)?.position ?? 0;
  const applied = seen.held || seen.appliedPosition === seen.desiredPosition;
  const acts = seen.refusal !== "" || (seen.logId === logId && seen.desiredPosition === position && applied);
  return acts && realised.select(fold.state, nodeId).lastSeq >= seen.lastSeq;
}

/** The kernel can't be what is desired where the agent acts on something else. */
function heldState({ logId, desiredPosition, refusal }: InspectKernelResponse, ours: string, position: number) {
  const expected = `position ${position} of log ${ours}`;
  const found = `position ${desiredPosition} of log ${logId || "none"}${refusal === "" ? "" : `: ${refusal}`}`;
  const same = logId === ours && desiredPosition === position && refusal === "";
  return same ? [] : [{ subject: "the desired state that the agent acts on", expected, found }];
}

/** What the agent would do now is what is not as it is to be. */
function kernelDifferences({ operations, errors }: InspectKernelResponse): Difference[] {
  return [
    ...errors.map(({ resource, error }) => ({ subject: resource, expected: "realised", found: error })),
    ...operations.map((text) => ({ subject: text, expected: "done", found: "not done" })),
  ];
}

function heldReports({ lastSeq }: InspectKernelResponse, inLog: number): Difference[] {
  if (inLog >= lastSeq) return [];
  return [{ subject: "reports", expected: `up to ${inLog}`, found: `up to ${lastSeq}, which the log has not yet` }];
}
