import type { LabHost } from "@rhumbline/infra/lab";
import type { NodeReport } from "@rhumbline/proto/rhumbline/agent/v1/report";
import { expect } from "vitest";
import type { Stack } from "../../../infra/stack/stack.ts";
import { eventually } from "../eventually.ts";
import { printedHelpers } from "./printed-helpers.ts";
import { printedOnHost } from "./printed-host.ts";
import { ofRouters, ofServers, printedInside } from "./printed-namespace.ts";
import { linesIn } from "./printed-text.ts";
import { reportedLines } from "./reported-lines.ts";
import { standingAfter, type Told, toldBy, toldInLog } from "./told-reports.ts";

/** Waits until what a node reported, folded, is what iproute2, iptables, nft and sysctl print of it, and fails where it
 *  never is. Nothing here is the agent's: it reads other output than the agent does (text, where the agent asks for JSON
 *  or the kernel itself), so that neither hides what the other can't read. */
export const expectKernelAsReported = (node: LabHost, reports: () => readonly NodeReport[]): Promise<void> =>
  expectKernelAsTold(node, async () => reports().map(toldBy));

/** The same of every node of an installation that is on, by what the log has of it. */
export async function expectKernelsAsLogged(
  stack: Stack,
  hosts: readonly LabHost[],
  unlike: Unlike = {},
): Promise<void> {
  const { nodes = [] } = await stack.json<{ nodes?: { id: string; name: string }[] }>("node", "list");
  const compared = hosts.filter((host) => host.isOn() && unlike[host.name] === undefined);
  for (const { id, name } of nodes) {
    const host = compared.find((each) => each.name === name);
    if (host !== undefined) await expectKernelAsTold(host, () => toldOf(stack, id));
  }
}

/** Nodes that a test leaves with another kernel than their reports say, each with the reason. */
export type Unlike = Readonly<Record<string, string>>;

async function expectKernelAsTold(node: LabHost, reports: () => Promise<readonly Told[]>): Promise<void> {
  await eventually(async () => {
    const reported = reportedLines(standingAfter(await reports()));
    expect(reported, node.name).toEqual(await printedLines(node));
  });
}

async function toldOf(stack: Stack, nodeId: string): Promise<Told[]> {
  const filter = `kind = "realised" AND resource_id = "${nodeId}"`;
  const { code, stdout, stderr } = await stack.rhumb("events", "--filter", filter, "-o", "json");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return linesIn(stdout).map((line) => {
    const { type, dataJson } = JSON.parse(line) as { type: string; dataJson: string };
    return toldInLog(type, JSON.parse(dataJson));
  });
}

/** What the kernel has of ours, as its programs print it for people. */
async function printedLines(node: LabHost): Promise<string[]> {
  const all = linesIn((await node.run(["ls", "/run/netns"])).stdout);
  const names = all.filter((name) => name.startsWith(ofRouters) || name.startsWith(ofServers));
  const inside = await Promise.all(names.map((name) => printedInside(node, name)));
  return [...(await printedOnHost(node)), ...(await printedHelpers(node, names)), ...inside.flat()].sort();
}
