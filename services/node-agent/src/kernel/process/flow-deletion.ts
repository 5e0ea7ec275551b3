import type { Operation } from "../../plan/operation.ts";
import type { BatchResult } from "../kernel.ts";
import { inNamespace, type Programs } from "./programs.ts";

export async function runFlowDeletions(
  programs: Programs,
  netns: string,
  batch: readonly Operation[],
): Promise<BatchResult> {
  for (const [done, operation] of batch.entries()) {
    if (operation.kind !== "delete-flows") continue;
    const { kind, from, to } = operation.translation;
    const match =
      kind === "destination" ? ["--orig-dst", from, "--reply-src", to] : ["--orig-src", from, "--reply-dst", to];
    const error = await deleteFlows(programs, netns, ["-f", "ipv4", ...match]);
    if (error !== undefined) return { done, error };
  }
  return { done: batch.length, error: undefined };
}

export async function runZoneDeletions(programs: Programs, batch: readonly Operation[]): Promise<BatchResult> {
  for (const [done, operation] of batch.entries()) {
    if (operation.kind !== "delete-connections") continue;
    for (const family of ["ipv4", "ipv6"]) {
      const error = await deleteFlows(programs, "", ["-f", family, "-w", String(operation.zone)]);
      if (error !== undefined) return { done, error };
    }
  }
  return { done: batch.length, error: undefined };
}

async function deleteFlows(programs: Programs, netns: string, match: readonly string[]): Promise<string | undefined> {
  const { code, stderr } = await programs.run(inNamespace(netns, ["conntrack", "-D", ...match]), "");
  // It ends with 1 also when there was nothing to delete.
  return code === 0 || /: 0 flow entries have been deleted/.test(stderr) ? undefined : stderr.trim();
}
