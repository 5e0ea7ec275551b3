import type { ChangeTable, Operation } from "../../plan/operation.ts";
import type { BatchResult } from "../kernel.ts";
import { chainEdit } from "./chain-edit.ts";
import { inNamespace, type Programs } from "./programs.ts";

/** What `iptables-restore --noflush` reads. Chains that aren't named keep their rules, and so does what isn't said to go. */
function restoreText({ table, chains, chainsBefore, unhook, hook, removeChains }: ChangeTable): string {
  const edits = [...chains].map(([chain, rules]) => ({ chain, ...chainEdit(chain, chainsBefore.get(chain), rules) }));
  return [
    `*${table}`,
    ...edits.flatMap(({ chain, declared }) => (declared ? [`:${chain} - [0:0]`] : [])),
    ...unhook.map((rule) => rule.replace("-A", "-D")),
    ...edits.flatMap(({ lines }) => lines),
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
