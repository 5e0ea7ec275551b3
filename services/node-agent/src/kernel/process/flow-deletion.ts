import { parseFlows } from "../../observed/parse/parse-flows.ts";
import type { FlowTranslation, ForwardedPorts, Operation } from "../../plan/operation.ts";
import type { BatchResult } from "../kernel.ts";
import { inNamespace, type Programs } from "./programs.ts";

export async function runFlowDeletions(
  programs: Programs,
  netns: string,
  batch: readonly Operation[],
): Promise<BatchResult> {
  for (const [done, operation] of batch.entries()) {
    if (operation.kind !== "delete-flows") continue;
    const error = await deleteFlows(programs, netns, operation.translation);
    if (error !== undefined) return { done, error };
  }
  return { done: batch.length, error: undefined };
}

export async function runZoneDeletions(programs: Programs, batch: readonly Operation[]): Promise<BatchResult> {
  for (const [done, operation] of batch.entries()) {
    if (operation.kind !== "delete-connections") continue;
    for (const family of ["ipv4", "ipv6"]) {
      const error = await runDeletion(programs, "", ["-f", family, "-w", String(operation.zone)]);
      if (error !== undefined) return { done, error };
    }
  }
  return { done: batch.length, error: undefined };
}

async function deleteFlows(
  programs: Programs,
  netns: string,
  translation: FlowTranslation,
): Promise<string | undefined> {
  if (translation.kind === "ports") return deletePorts(programs, netns, translation);
  const { kind, from, to } = translation;
  return runDeletion(programs, netns, kind === "destination" ? destinationIs(from, to) : sourceIs(from, to));
}

/** conntrack takes one port at a time, so of a range those are deleted that have connections: the rules are gone, and
 *  there come no more. */
async function deletePorts(
  programs: Programs,
  netns: string,
  { protocol, from, to, first, last }: ForwardedPorts,
): Promise<string | undefined> {
  const match = ["-p", protocol, ...destinationIs(from, to)];
  for (const port of first === last ? [first] : await portsWithFlows(programs, netns, match)) {
    if (port < first || last < port) continue;
    const error = await runDeletion(programs, netns, [...match, "--orig-port-dst", String(port)]);
    if (error !== undefined) return error;
  }
  return undefined;
}

async function portsWithFlows(programs: Programs, netns: string, match: readonly string[]): Promise<Set<number>> {
  const { stdout } = await programs.run(inNamespace(netns, ["conntrack", "-L", ...match]), "");
  return new Set(parseFlows(stdout).flatMap(({ ports }) => ports?.destinationPort ?? []));
}

const destinationIs = (from: string, to: string): string[] => ["-f", "ipv4", "--orig-dst", from, "--reply-src", to];
const sourceIs = (from: string, to: string): string[] => ["-f", "ipv4", "--orig-src", from, "--reply-dst", to];

async function runDeletion(programs: Programs, netns: string, match: readonly string[]): Promise<string | undefined> {
  const { code, stderr } = await programs.run(inNamespace(netns, ["conntrack", "-D", ...match]), "");
  // It ends with 1 also when there was nothing to delete.
  return code !== 0 && !/: 0 flow entries have been deleted/.test(stderr) ? stderr.trim() : undefined;
}
