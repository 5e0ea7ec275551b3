import type { ChangeTable, Operation } from "../../plan/operation.ts";
import type { BatchResult } from "../kernel.ts";
import { inNamespace, type Programs } from "./programs.ts";

/** What `iptables-restore --noflush` reads: declaring a chain empties it, so that the rules behind take the place of its
 *  old ones in one transaction; chains that aren't named keep theirs. */
function restoreText({ table, chains, unhook, hook, removeChains }: ChangeTable): string {
  return [
    `*${table}`,
    ...[...chains.keys()].map((chain) => `:${chain} - [0:0]`),
    ...unhook.map((rule) => rule.replace("-A", "-D")),
    ...[...chains.values()].flat(),
    ...hook,
    ...removeChains.map((chain) => `-F ${chain}`),
    ...removeChains.map((chain) => `-X ${chain}`),
    "COMMIT",
    "",
  ].join("\n");
}

/** One process for several tables, a transaction for each. */
export async function runIptablesRestore(
  programs: Programs,
  netns: string,
  batch: readonly Operation[],
): Promise<BatchResult> {
  const texts = batch.map((operation) => (operation.kind === "change-table" ? restoreText(operation) : ""));
  const argv = inNamespace(netns, ["iptables-restore", "--noflush", "--wait"]);
  const { code, stderr } = await programs.run(argv, texts.join(""));
  if (code === 0) return { done: batch.length, error: undefined };
  const failedLine = Number(/line:? (\d+)/.exec(stderr)?.[1] ?? 1);
  return { done: tableOfLine(texts, failedLine), error: stderr.split("\n").slice(0, 2).join(" ").trim() };
}

function tableOfLine(texts: readonly string[], failedLine: number): number {
  let last = 0;
  return Math.max(
    0,
    texts.findIndex((text) => {
      last += text.split("\n").length - 1;
      return failedLine <= last;
    }),
  );
}
