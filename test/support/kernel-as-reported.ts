import type { LabHost } from "@rhumbline/infra/lab";
import type { NodeReport } from "@rhumbline/proto/rhumbline/agent/v1/report";
import type { KernelChange } from "@rhumbline/proto/rhumbline/scheduler/v1/realised_events";
import { expect } from "vitest";
import { eventually } from "./eventually.ts";

/** Waits until what a node reported, folded, is what iproute2 and iptables print of it, and fails where it never is. Nothing
 *  here is the agent's: it reads other output than the agent does (text, where the agent asks for JSON), so that neither
 *  hides what the other can't read. Kinds of objects that are not named here are not compared. */
export async function expectKernelAsReported(node: LabHost, reports: () => readonly NodeReport[]): Promise<void> {
  await eventually(async () => expect(reportedLines(standingAfter(reports()))).toEqual(await printedLines(node)));
}

function standingAfter(reports: readonly NodeReport[]): KernelChange[] {
  const standing = new Map<string, KernelChange>();
  const put = (change: KernelChange): void => {
    const name = `${change.netns}|${change.kind}|${change.key}`;
    if (change.value === "") standing.delete(name);
    else standing.set(name, change);
  };
  for (const { report } of reports) {
    if (report?.$case === "lost") {
      standing.clear();
      report.value.observed.forEach(put);
    }
    if (report?.$case === "changes") report.value.operations.flatMap(({ changes }) => changes).forEach(put);
  }
  return [...standing.values()];
}

const stateOf = (text: string): string => {
  const words = text.split(" ");
  const after = (word: string): string => words[words.indexOf(word) + 1] ?? "";
  const mtu = words.includes("mtu") ? ` mtu ${after("mtu")}` : "";
  // Of a loopback device too, which programs don't call Ethernet.
  const mac = words.includes("link/ether") && words[0] !== "loopback" ? ` ${after("link/ether")}` : "";
  const master = words.includes("master") ? ` master ${after("master")}` : "";
  return `${mac}${mtu}${master} ${words.at(-1)}`;
};

function reportedLines(standing: readonly KernelChange[]): string[] {
  const lines = standing.flatMap(({ netns, kind, key, value }) => {
    const place = netns || "host";
    switch (kind) {
      case "KERNEL_OBJECT_KIND_NAMESPACE":
        return [`namespace ${key}`];
      case "KERNEL_OBJECT_KIND_LINK":
        return [`${place}: link ${key}${stateOf(value)}`];
      case "KERNEL_OBJECT_KIND_ADDRESS":
        return [`${place}: address ${key}`];
      case "KERNEL_OBJECT_KIND_ROUTE":
        return [`${place}: route ${key.replace(/^inet6 /, "").replace(/\/(32|128)$/, "")} ${value}`];
      case "KERNEL_OBJECT_KIND_CHAIN": {
        const [table = ""] = key.split(" ");
        return value
          .split("\n")
          .filter((rule) => rule.startsWith("-A "))
          .map((rule, i) => `${place}: ${table} ${i} ${rule}`);
      }
      default:
        return [];
    }
  });
  return lines.sort();
}

/** The same of the kernel, as programs print it for people. */
async function printedLines(node: LabHost): Promise<string[]> {
  const names = (await node.output(["ls", "/run/netns"])).split("\n").filter((name) => name.startsWith("qrouter-"));
  const inside = await Promise.all(names.map((name) => printedInside(node, name)));
  return [...(await printedOnHost(node)), ...names.map((name) => `namespace ${name}`), ...inside.flat()].sort();
}

const linesIn = (text: string): string[] => text.split("\n").filter((line) => line !== "");

/** `ip -o link`: "2: qr-1@if5: <BROADCAST,UP> mtu 1450 … master brq1 …\    link/ether fa:16:… brd …". */
function printedLink(line: string): { name: string; mac: string; mtu: string; master: string; state: string } {
  const found = (pattern: RegExp): string => pattern.exec(line)?.[1] ?? "";
  const flags = found(/<([^>]*)>/).split(",");
  return {
    name: found(/^\d+: ([^:@]+)/),
    mac: found(/link\/ether ([0-9a-f:]{17})/),
    mtu: found(/ mtu (\d+)/),
    master: found(/ master (\S+)/),
    state: flags.includes("UP") ? "up" : "down",
  };
}

async function printedOnHost(node: LabHost): Promise<string[]> {
  const ours = linesIn(await node.output(["ip", "-o", "link", "show", "group", "118"])).map(printedLink);
  const all = linesIn(await node.output(["ip", "-o", "link", "show"])).map(printedLink);
  const own = new Set(ours.map(({ name }) => name));
  const bound = all.filter(({ name, master }) => name.startsWith("tap") && master !== "" && !own.has(name));
  return [
    ...ours.map(
      // Of the host's devices, a bridge alone is given its address.
      ({ name, mac, mtu, master, state }) =>
        `host: link ${name}${name.startsWith("brq") ? ` ${mac}` : ""} mtu ${mtu}${master && ` master ${master}`} ${state}`,
    ),
    ...bound.map(({ name, master, state }) => `host: link ${name} master ${master} ${state}`),
  ];
}

async function printedInside(node: LabHost, name: string): Promise<string[]> {
  const ip = async (...args: string[]): Promise<string[]> => linesIn(await node.output(["ip", "-n", name, ...args]));
  const links = (await ip("-o", "link", "show")).map(printedLink);
  const addresses = (await ip("-o", "address", "show", "scope", "global")).map((line) => line.split(/\s+/));
  const routes = [
    ...(await ip("-4", "route", "show", "proto", "118")),
    ...(await ip("-6", "route", "show", "proto", "118")),
  ];
  const rules = linesIn(await node.output(["ip", "netns", "exec", name, "iptables-save"]));
  return [
    ...links
      .filter(({ name: device }) => /^(lo$|qr-|qg-)/.test(device))
      .map(({ name: device, mac, mtu, state }) => `${name}: link ${device}${mac && ` ${mac}`} mtu ${mtu} ${state}`),
    ...addresses.map(([, device, , address]) => `${name}: address ${device} ${address}`),
    ...routes.map((line) => {
      const [destination, , nextHop, , device] = line.split(/\s+/);
      return `${name}: route ${destination} via ${nextHop} dev ${device}`;
    }),
    ...printedRules(name, rules),
  ];
}

/** Rules of ours and rules that lead to ours all have our name in them. */
function printedRules(name: string, saved: readonly string[]): string[] {
  const counts = new Map<string, number>();
  let table = "";
  return saved.flatMap((line) => {
    if (line.startsWith("*")) table = line.slice(1);
    if (!line.startsWith("-A ") || !line.includes("rhumbline-")) return [];
    const chain = `${table} ${line.split(" ")[1]}`;
    const i = counts.get(chain) ?? 0;
    counts.set(chain, i + 1);
    return [`${name}: ${table} ${i} ${line}`];
  });
}
