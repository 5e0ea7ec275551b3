import type { ObservedKernel, ObservedNamespace } from "../../observed/observed-kernel.ts";
import { isHelperOperation } from "../../plan/helper-operation.ts";
import type { Operation } from "../../plan/operation.ts";
import { type BatchResult, type Kernel, knownNamespaces, type ObserveAgain } from "../kernel.ts";
import type { NftRunner } from "../nft.ts";
import { observeFilter, observeTracked, type ReadIptables } from "../observe-filter.ts";
import { runAnnouncements } from "./announcer.ts";
import { runBridgeBatch } from "./bridge-batch.ts";
import { runConfinement } from "./confinement.ts";
import { runConnectionMarks } from "./connection-marks.ts";
import { runFilter } from "./filter.ts";
import { runFlowDeletions, runZoneDeletions } from "./flow-deletion.ts";
import { runHelperOperations } from "./helper-programs.ts";
import { runIpBatch } from "./ip-batch.ts";
import { runIptablesRestore } from "./iptables-restore.ts";
import { localPrograms } from "./local-programs.ts";
import { runNamespaceDrops } from "./namespace-drop.ts";
import { nftProgram } from "./nft-program.ts";
import { observeConnections, observeHost, observeNamespace } from "./observe.ts";
import { observeHelpers } from "./observe-helpers.ts";
import { iptablesReader } from "./observe-iptables.ts";
import type { Programs } from "./programs.ts";
import { runSysctlWrites } from "./sysctl-writes.ts";

/** The kernel through iproute2, iptables, ipset, nft, conntrack and arping, and the programs that serve its namespaces: few processes, each with many operations.
 *  @param announcementFailed told in arping's words of an announcement that could not be made.
 *  @param nft where another than its program does what nft(8) does.
 *  @param readIptables reads what is ours in the host's iptables. */
export function processKernel(
  programs: Programs = localPrograms,
  announcementFailed: (words: string) => void = () => undefined,
  nft: NftRunner = nftProgram(programs),
  readIptables: ReadIptables = iptablesReader(programs),
): Kernel {
  return {
    observe: (again) => observe({ ...programs, nft, readIptables }, again),
    readsParts: false,
    batchName: (operation) => `${toolOf(operation)} ${placeOf(operation)}`,
    execute: async (batch) => {
      const [first] = batch;
      return first === undefined
        ? { done: 0, error: undefined }
        : execute({ ...programs, nft, announcementFailed }, first, batch);
    },
  };
}

type Tool =
  | "ip"
  | "bridge"
  | "netns"
  | "sysctl"
  | "iptables"
  | "conntrack"
  | "arping"
  | "confinement"
  | "filter"
  | "unfilter"
  | "zones"
  | "marks"
  | "helper";

function toolOf(operation: Operation): Tool {
  if (isHelperOperation(operation)) return "helper";
  switch (operation.kind) {
    case "set-bridge-port":
    case "add-flood-peer":
    case "delete-flood-peer":
    case "set-forwarding":
    case "set-delivery":
    case "delete-forwarding":
      return "bridge";
    case "write-sysctl":
      return "sysctl";
    case "change-table":
      return "iptables";
    case "delete-flows":
      return "conntrack";
    case "change-filter":
      // On the host what goes alone goes in another order than what comes; a router's goes and comes in one transaction.
      return operation.netns === "" && operation.put.length === 0 ? "unfilter" : "filter";
    case "delete-connections":
      return "zones";
    case "mark-connections":
      return "marks";
    case "announce":
      return "arping";
    case "drop-namespace":
      return "netns";
    case "change-confinement":
      return "confinement";
    default:
      return "ip";
  }
}

/** What is done from the host: a leg, since that is the end of it that can name both; announcements, of all routers at once. */
const fromHost: readonly Operation["kind"][] = [
  "add-namespace",
  "drop-namespace",
  "add-veth",
  "add-macvlan",
  "announce",
];

/** The namespace whose process does it. */
function placeOf(operation: Operation): string {
  return fromHost.includes(operation.kind) || isHelperOperation(operation) ? "" : operation.netns;
}

type Tools = Programs & { readonly nft: NftRunner };

function execute(
  programs: Tools & { readonly announcementFailed: (words: string) => void },
  first: Operation,
  batch: readonly Operation[],
): Promise<BatchResult> | BatchResult {
  const tool = toolOf(first);
  const netns = placeOf(first);
  switch (tool) {
    case "ip":
      return runIpBatch(programs, netns, batch);
    case "bridge":
      return runBridgeBatch(programs, batch);
    case "netns":
      return runNamespaceDrops(programs, batch);
    case "sysctl":
      return runSysctlWrites(programs, netns, batch);
    case "iptables":
      return runIptablesRestore(programs, netns, batch);
    case "conntrack":
      return runFlowDeletions(programs, netns, batch);
    case "filter":
    case "unfilter":
      return runFilter(programs, netns, batch);
    case "zones":
      return runZoneDeletions(programs, batch);
    case "marks":
      return runConnectionMarks(programs, batch);
    case "arping":
      return runAnnouncements(programs, batch, programs.announcementFailed);
    case "confinement":
      return runConfinement(programs.nft, batch);
    case "helper":
      return runHelperOperations(programs, batch);
    default:
      return tool satisfies never;
  }
}

/** Namespaces read at the same time: the programs wait for the kernel more than for the processor. */
const readAtOnce = 4;

type Readers = Tools & { readonly readIptables: ReadIptables };

/** A process reads all parts of a place at the cost of one. */
async function observe(programs: Readers, again: ObserveAgain | undefined): Promise<ObservedKernel> {
  const { kernel, ownNamespaces } = await readHost(programs, again);
  const namespaces = new Map<string, ObservedNamespace>();
  const unreadable = new Map<string, string>();
  const unread: string[] = [];
  for (const name of ownNamespaces) {
    const known = again?.stale.has(name) === false ? again.known?.namespaces.get(name) : undefined;
    if (known === undefined) unread.push(name);
    else namespaces.set(name, known);
  }
  while (unread.length > 0) {
    const names = unread.splice(0, readAtOnce);
    const read = await Promise.all(names.map((name) => observeNamespace(programs, name)));
    for (const [index, name] of names.entries()) {
      const namespace = read[index];
      if (typeof namespace === "string") unreadable.set(name, namespace);
      else if (namespace !== undefined) namespaces.set(name, namespace);
    }
  }
  return { ...kernel, namespaces, unreadable, unlisted: new Set() };
}

interface Host {
  readonly kernel: Omit<ObservedKernel, "namespaces" | "unreadable" | "unlisted">;
  readonly ownNamespaces: readonly string[];
}

async function readHost(programs: Readers, again: ObserveAgain | undefined): Promise<Host> {
  const known = again?.stale.has("") === false ? again.known : undefined;
  if (known !== undefined) return { kernel: known, ownNamespaces: knownNamespaces(known) };
  const [host, filtering, helpers] = await Promise.all([
    observeHost(programs),
    observeFilter(programs.nft, programs.readIptables),
    observeHelpers(programs),
  ]);
  const connections = await observeTracked(filtering.filter, () => observeConnections(programs));
  return { kernel: { ...host.kernel, ...filtering, connections, helpers }, ownNamespaces: host.ownNamespaces };
}
