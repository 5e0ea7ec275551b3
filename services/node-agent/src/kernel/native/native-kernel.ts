import type { ObservedKernel } from "../../observed/observed-kernel.ts";
import type { Operation } from "../../plan/operation.ts";
import { decidesOtherwise } from "../../security/filter-parts.ts";
import { type Kernel, knownNamespaces, type ObserveAgain } from "../kernel.ts";
import { observeFilter, observeTracked } from "../observe-filter.ts";
import type { Part } from "../places.ts";
import { hostAsker } from "./host/ask-host.ts";
import type { EarlyLook } from "./host/early-look.ts";
import type { ObservedHost } from "./host/observed-host.ts";
import { isNative, type NativeOperation } from "./native-kinds.ts";
import type { ProgramReader } from "./program-reader.ts";
import { readNamespaces, type ToldNamespaces } from "./read-namespaces.ts";
import type { AskRoom } from "./room.ts";

/** The kernel through rtnetlink, nfnetlink, libnftables and /proc, in this process; iptables and helpers through another
 *  driver.
 *  @param hasNft false: what is nftables' is the other driver's too.
 *  @param early a look at the host that was begun already. */
export function nativeKernel(
  askRoom: AskRoom,
  programs: ProgramReader,
  others: Kernel,
  { hasNft, early }: { readonly hasNft: boolean; readonly early?: EarlyLook },
): Kernel {
  const isOwn = (operation: Operation): operation is NativeOperation => isNative(operation, hasNft);
  const askHost = hostAsker(askRoom, early);
  const lookAtHost: LookAtHost = (again) =>
    again === undefined ? askRoom({ ask: "whole host" }) : askHost(again.known === undefined);
  return {
    observe: async (again) => {
      const { kernel, ownNamespaces, isOwed } = await readHost(askRoom, lookAtHost, programs, again);
      const told: ToldNamespaces = (namespaces) =>
        again?.read?.({ ...kernel, namespaces, unreadable: new Map(), unlisted: new Set() });
      const reading = readNamespaces(askRoom, programs, ownNamespaces, again, told);
      told(new Map());
      const { unlisted, ...read } = await reading;
      return { ...kernel, ...read, unlisted: isOwed ? new Set([...unlisted, ""]) : unlisted };
    },
    readsParts: true,
    batchName: (operation) => (isOwn(operation) ? "native" : others.batchName(operation)),
    execute: async (batch) => {
      const [first] = batch;
      if (first === undefined) return { done: 0, error: undefined };
      return isOwn(first) ? askRoom({ ask: "execute", batch: batch.filter(isOwn) }) : others.execute(batch);
    },
  };
}

interface Host {
  readonly kernel: Omit<ObservedKernel, "namespaces" | "unreadable" | "unlisted">;
  readonly ownNamespaces: readonly string[];
  /** Its connections have yet to be listed: other ones may be let through now. */
  readonly isOwed: boolean;
}

type LookAtHost = (again: ObserveAgain | undefined) => Promise<ObservedHost>;

/** The host's rules are those of all its ports and networks, and somebody may have come meanwhile who waits for them.
 *  @param meanwhile what is read before them.
 *  @returns undefined: they have to be read. */
async function leftAsKnown(
  again: ObserveAgain | undefined,
  meanwhile: ObservedHost | Promise<ObservedHost>,
): Promise<ObservedKernel | undefined> {
  if (again?.known === undefined || again.unhurried?.rulesOf.has("") !== true) return undefined;
  await meanwhile;
  if (!again.unhurried.isWaitedFor()) return undefined;
  again.unhurried.left("");
  return again.known;
}

/** What is not stale stays the very value that it was. */
async function readHost(
  askRoom: AskRoom,
  lookAtHost: LookAtHost,
  programs: ProgramReader,
  again: ObserveAgain | undefined,
): Promise<Host> {
  const unless = <T>(part: Part, of: (known: ObservedKernel) => T, read: () => Promise<T>): T | Promise<T> =>
    again?.known === undefined || again.stale.get("")?.has(part) === true ? read() : of(again.known);
  const devices = unless<ObservedHost>(
    "devices",
    (known) => ({ ...known, ownNamespaces: knownNamespaces(known) }),
    () => lookAtHost(again),
  );
  const [host, helpers, { filter, confinement }] = await Promise.all([
    devices,
    unless(
      "helpers",
      (known) => known.helpers,
      () => askRoom({ ask: "helpers" }),
    ),
    unless<Pick<ObservedKernel, "filter" | "confinement">>(
      "rules",
      (known) => known,
      async () => (await leftAsKnown(again, devices)) ?? observeFilter(programs.nft, programs.readIptables),
    ),
  ]);
  const list = () => observeTracked(filter, () => askRoom({ ask: "connections" }));
  const isReason = again?.known !== undefined && decidesOtherwise(again.known.filter, filter);
  const isOwed = isReason && !again.isAskedFor("");
  const connections =
    isReason && !isOwed ? await list() : await unless("connections", (known) => known.connections, list);
  const { links, sysctls, forwarding, neighbours, ownNamespaces } = host;
  return {
    kernel: { links, sysctls, forwarding, neighbours, helpers, filter, confinement, connections },
    ownNamespaces,
    isOwed,
  };
}
