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
    const { code, stderr } = await programs.run(inNamespace(netns, ["conntrack", "-D", "-f", "ipv4", ...match]), "");
    // It ends with 1 also when there was nothing to delete.
    if (code !== 0 && !/: 0 flow entries have been deleted/.test(stderr)) return { done, error: stderr.trim() };
  }
  return { done: batch.length, error: undefined };
}
