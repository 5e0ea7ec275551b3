import type { Node } from "@rhumbline/proto/rhumbline/scheduler/v1/node";
import type { Command } from "commander";
import { nodeResource } from "../commands/node-resource.ts";
import { CommandFailed, DifferencesFound } from "../errors/usage-error.ts";
import { printable } from "../output/printable.ts";
import { collect } from "../resource/flags.ts";
import { resolveId } from "../resource/name-or-id.ts";
import { printData, printTable, wantsData } from "../resource/show.ts";
import type { Run } from "../run.ts";
import type { Session } from "../session/session.ts";
import { type Check, checkBucket, checkKernel, checkServices } from "./checks.ts";

interface VerifyOptions {
  readonly services: boolean;
  readonly bucket: boolean;
  readonly kernel: boolean;
  readonly node?: readonly string[];
}

/** `rhumb verify`: whether everything that follows from the log is what the log says. */
export function addVerifyCommand(program: Command, run: Run): void {
  program
    .command("verify")
    .description(
      "compare with the log: each service's state, the bucket of desired state, each node's kernel. " +
        "Ends with 3 when anything differs, with 1 when something can't be asked",
    )
    .option("--no-services", "leave out the services' states")
    .option("--no-bucket", "leave out the bucket of desired state")
    .option("--no-kernel", "leave out the nodes' kernels")
    .option("--node <node>", "the kernels of these nodes only; may be repeated", collect)
    .action(run(verify));
}

async function verify(session: Session, options: VerifyOptions): Promise<void> {
  const nodes = options.kernel ? await chosenNodes(session, options.node) : [];
  const checks = await Promise.all([
    ...(options.services ? [checkServices(session)] : []),
    ...(options.bucket ? [checkBucket(session)] : []),
    ...nodes.map((node) => checkKernel(session, node)),
  ]);
  const all = checks.flat();
  if (wantsData(session)) await printData(session, { checks: all });
  else await printChecks(session, all);
  conclude(session, all);
}

/** @throws {CommandFailed} there is no such node. */
async function chosenNodes(session: Session, named: readonly string[] | undefined): Promise<Node[]> {
  const ids = named && (await Promise.all(named.map((nameOrId) => resolveId(session, nodeResource, nameOrId))));
  const nodes: Node[] = [];
  for (let pageToken = ""; ; ) {
    const query = { pageSize: 1_000, pageToken, filter: "", orderBy: "name", minPosition: 0, asOf: undefined };
    const page = await nodeResource.list(session, query);
    nodes.push(...page.items.filter(({ id }) => ids === undefined || ids.includes(id)));
    pageToken = page.nextPageToken;
    if (pageToken === "") return nodes;
  }
}

async function printChecks(session: Session, checks: readonly Check[]): Promise<void> {
  await printTable(session, checks, [
    { heading: "VERIFIED", text: ({ what }) => what },
    { heading: "AGAINST", text: ({ against }) => against },
    { heading: "POSITION", text: ({ failure, position }) => (failure === "" ? String(position) : "") },
    { heading: "COMPARED", text: ({ failure, compared }) => (failure === "" ? String(compared) : "") },
    { heading: "DIFFERENCES", text: ({ failure, differenceCount: count }) => (failure === "" ? String(count) : "") },
    { heading: "STATE", text: stateOf, status: true },
    { heading: "REMARK", text: ({ failure, remark }) => failure || remark },
  ]);
  if (session.settings.output === "name") return;
  for (const check of checks) for (const line of differenceLines(check)) await session.terminal.print(printable(line));
}

function stateOf({ failure, differenceCount }: Check): string {
  if (failure !== "") return "not verified";
  return differenceCount === 0 ? "equal" : "DIFFERENT";
}

function differenceLines({ what, against, differences, differenceCount }: Check): string[] {
  if (differenceCount === 0) return [];
  const told = differences.flatMap(({ subject, expected, found }) => [
    `  ${subject}`,
    ...textLines("by the log", expected),
    ...textLines("found", found),
  ]);
  const more = differenceCount - differences.length;
  return ["", `${what} against ${against}:`, ...told, ...(more > 0 ? [`  and ${more} more`] : [])];
}

/** Chains have several lines. */
function textLines(whose: string, text: string): string[] {
  const [first = "", ...more] = (text || "nothing").split("\n");
  return [`    ${whose.padEnd(10)}  ${first}`, ...more.map((line) => `    ${"".padEnd(10)}  ${line}`)];
}

/** @throws {CommandFailed} something could not be compared. @throws {DifferencesFound} */
function conclude({ terminal }: Session, checks: readonly Check[]): void {
  const different = checks.filter(({ differenceCount }) => differenceCount > 0);
  if (different.length > 0)
    terminal.note(`rhumb: not what the log says: ${different.map(({ what }) => what).join(", ")}`);
  const failed = checks.filter(({ failure }) => failure !== "");
  if (different.length > 0) throw new DifferencesFound();
  if (failed.length > 0) throw new CommandFailed(`not verified: ${failed.map(({ what }) => what).join(", ")}`);
}
