import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import type { LabHost } from "../hosts/host.ts";
import type { LabProcess, Place } from "../hosts/place.ts";
import { hasReadEverything, isSubscribed } from "./netlink-socket.ts";
import { waitUntil } from "./wait-until.ts";

/** One change of a network namespace's state, in the words of the kernel's own monitors. */
export interface KernelWrite {
  /** `node1`, or `node1/qrouter-…`. */
  readonly where: string;
  readonly text: string;
}

export interface KernelWriteMonitor {
  /** Ends the monitors. @returns every change since the start, those of one namespace in their order. */
  stop(): Promise<KernelWrite[]>;
}

/** What `ip monitor` is asked for: what programs configure. Not asked for: namespace ids, which the kernel gives out
 *  when somebody merely lists links. */
const ipObjects = ["link", "address", "route", "rule", "neigh", "netconf", "nexthop"];

const quietMs = 1100;

/** Records every change of links, addresses, routes, rules, neighbours, forwarding settings and netfilter rules in a
 *  host and in the network namespaces it has now, by `ip monitor` and `nft monitor`. Returns once all listen and nothing
 *  has changed for a while; what changed before that is not reported. Namespaces that come or go later are reported as
 *  such. Rules of iptables-legacy can't be seen this way.
 *  @throws Error when something goes on changing. */
export async function monitorKernelWrites(host: LabHost): Promise<KernelWriteMonitor> {
  const namespaces = await host.netnsNames();
  const places: Place[] = [host, ...namespaces.map((name) => host.netns(name))];
  const monitors = (await Promise.all(places.map(startMonitors))).flat();
  const writesBefore = await untilQuiet(monitors);
  return {
    stop: async () => {
      const namespacesNow = await host.netnsNames();
      const written = await Promise.all(monitors.map((each, index) => stopMonitor(each, writesBefore[index] ?? 0)));
      return [...namespaceChanges(host, namespaces, namespacesNow), ...written.flat()];
    },
  };
}

interface Monitor {
  readonly where: string;
  readonly process: LabProcess;
}

async function startMonitors(place: Place): Promise<Monitor[]> {
  const id = randomUUID().slice(0, 8);
  const started = [
    await place.spawn(["ip", "-oneline", "monitor", "label", ...ipObjects], { name: `ip-monitor-${id}` }),
    await place.spawn(["nft", "monitor"], { name: `nft-monitor-${id}` }),
  ];
  for (const { pid } of started) await waitUntil(`a monitor listens in ${place.title}`, () => isSubscribed(pid));
  return started.map((process) => ({ where: place.title, process }));
}

async function stopMonitor({ where, process }: Monitor, writesBefore: number): Promise<KernelWrite[]> {
  await waitUntil(`${process.name} has caught up`, () => hasReadEverything(process.pid));
  process.kill("SIGTERM");
  await process.exited;
  return writesIn(process)
    .slice(writesBefore)
    .map((text) => ({ where, text }));
}

/** The kernel tells of a device's operational state up to a second after the write that it follows from.
 *  @returns how many writes of each monitor are of the time before. */
async function untilQuiet(monitors: readonly Monitor[]): Promise<number[]> {
  const countWrites = () => monitors.map(({ process }) => writesIn(process).length);
  let counts = countWrites();
  let quietSince = Date.now();
  await waitUntil("nothing changes in the kernel", () => {
    const now = countWrites();
    if (now.join() !== counts.join()) quietSince = Date.now();
    counts = now;
    return Date.now() - quietSince > quietMs;
  });
  return counts;
}

function writesIn(process: LabProcess): string[] {
  return readFileSync(process.outputFile, "utf8").split("\n").slice(0, -1).filter(isWrite);
}

/** Neighbours that the kernel learned, or whose state it moves on its own, are no writes: a program's are permanent,
 *  or NOARP in a bridge's forwarding table. The kernel has a NOARP neighbour of its own for each multicast address that it
 *  sent to, and forgets it after a while. */
function isWrite(line: string): boolean {
  if (multicastNeighbour.test(line)) return false;
  return !line.startsWith("[NEIGH]") || line.includes("PERMANENT") || line.includes("NOARP");
}

const multicastNeighbour = /^\[NEIGH\](Deleted )?(ff[0-9a-f]{2}:|2(2[4-9]|3\d)\.)\S* dev /;

function namespaceChanges(host: LabHost, before: readonly string[], after: readonly string[]): KernelWrite[] {
  const added = after.filter((name) => !before.includes(name)).map((name) => `namespace ${name} added`);
  const removed = before.filter((name) => !after.includes(name)).map((name) => `namespace ${name} removed`);
  return [...added, ...removed].map((text) => ({ where: host.title, text }));
}
