import { goingLinkGroup } from "../../observed/ownership.ts";
import type { DropNamespace, Operation } from "../../plan/operation.ts";
import type { BatchResult } from "../kernel.ts";
import { runIpLines } from "./ip-batch.ts";
import type { Programs } from "./programs.ts";

/** All host ends go first, and with them the legs inside: in one message for their group, since one at a time would cost
 *  20 ms each, and so that a router is off, and its names free, whoever still sits in its namespace. */
export async function runNamespaceDrops(programs: Programs, batch: readonly Operation[]): Promise<BatchResult> {
  const drops = batch.filter((operation): operation is DropNamespace => operation.kind === "drop-namespace");
  const marks = drops.map(({ hostEnds }) => hostEnds.map((device) => `link set dev ${device} group ${goingLinkGroup}`));
  const marked = await runIpLines(programs, "", marks);
  // What could not be marked is dropped with the next plan; the others now.
  if (marks.slice(0, marked.done).some((lines) => lines.length > 0)) {
    const deleted = await runIpLines(programs, "", [[`link delete group ${goingLinkGroup}`]]);
    if (deleted.error !== undefined) return { done: 0, error: deleted.error };
  }
  const names = drops.slice(0, marked.done).map(({ netns }) => [`netns delete ${netns}`]);
  const dropped = await runIpLines(programs, "", names);
  return dropped.error === undefined ? marked : dropped;
}
