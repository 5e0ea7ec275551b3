import type { Operation } from "../../plan/operation.ts";
import type { BatchResult } from "../kernel.ts";
import { inNamespace, type Programs } from "./programs.ts";

export async function runSysctlWrites(
  programs: Programs,
  netns: string,
  batch: readonly Operation[],
): Promise<BatchResult> {
  const writes = batch.flatMap((operation) => (operation.kind === "write-sysctl" ? [operation] : []));
  const settings = writes.map(({ name, value }) => `${name}=${value}`);
  const { code, stderr } = await programs.run(inNamespace(netns, ["sysctl", "-q", "-w", ...settings]), "");
  if (code === 0) return { done: batch.length, error: undefined };
  // sysctl goes on behind a failure; what it did there is done again, which changes nothing.
  const failed = writes.findIndex(({ name }) => stderr.includes(name) || stderr.includes(name.replaceAll(".", "/")));
  return { done: Math.max(0, failed), error: stderr.trim() };
}
