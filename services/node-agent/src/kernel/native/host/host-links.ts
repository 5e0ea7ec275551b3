import { isDeepStrictEqual } from "node:util";
import type { ObservedLink } from "../../../observed/observed-kernel.ts";
import { type NetlinkAnswer, NetlinkRefusal, type NetlinkSocket } from "../netlink/netlink-socket.ts";
import { type AroundLink, aroundLink, listLinks, observedLink } from "../observe/observe-links.ts";
import { sysctlsOfLink } from "../observe/observe-sysctls.ts";
import { type KernelLink, linkRequest, RTM_GETLINK, readLink } from "../route/link-messages.ts";

/** What the kernel tells of a link. */
interface Told {
  readonly link: KernelLink;
  readonly sysctls: readonly (readonly [name: string, value: string])[];
}

/** What was made of it. */
interface Made {
  readonly of: KernelLink;
  readonly around: AroundLink;
  readonly observed: ObservedLink;
}

const ENODEV = 19;

/** The links of the host's own namespace as they were read last. What is the same again stays the very same value. */
export class HostLinks {
  readonly #toldByIndex = new Map<number, Told>();
  #madeByIndex: ReadonlyMap<number, Made> = new Map();

  get sysctls(): readonly (readonly [name: string, value: string])[] {
    return [...this.#toldByIndex.values()].flatMap(({ sysctls }) => sysctls);
  }

  readAll(socket: NetlinkSocket): void {
    this.#toldByIndex.clear();
    for (const answer of listLinks(socket)) this.#take(answer);
  }

  /** Those alone: they changed, came or went. And those that are down: of one's group, its alias and its kind's own settings
   *  the kernel tells only while it is up. */
  readAgain(socket: NetlinkSocket, changed: Iterable<number>): void {
    const down = [...this.#toldByIndex].filter(([, { link }]) => !link.up).map(([index]) => index);
    for (const index of new Set([...changed, ...down])) {
      const answer = unlessGone(() => socket.get(linkRequest(RTM_GETLINK, 0, { index }, [])));
      if (answer === undefined) this.#toldByIndex.delete(index);
      else this.#take(answer);
    }
  }

  /** Links by name.
   *  @param namespaceById what the other ends' namespaces are called. */
  observed(namespaceById: ReadonlyMap<number, string>): Map<string, ObservedLink> {
    const nameByIndex = new Map([...this.#toldByIndex].map(([index, { link }]) => [index, link.name]));
    const made = new Map<number, Made>();
    for (const [index, { link }] of this.#toldByIndex)
      made.set(index, madeOf(link, aroundLink(link, nameByIndex, namespaceById), this.#madeByIndex.get(index)));
    this.#madeByIndex = made;
    return new Map([...made.values()].map(({ observed }) => [observed.name, observed]));
  }

  #take(answer: NetlinkAnswer): void {
    const link = readLink(answer);
    this.#toldByIndex.set(link.index, { link, sysctls: sysctlsOfLink(answer) });
  }
}

function madeOf(link: KernelLink, around: AroundLink, before: Made | undefined): Made {
  if (before?.of === link && isSame(around, before.around)) return before;
  const observed = observedLink(link, around, []);
  const same = before !== undefined && isDeepStrictEqual(before.observed, observed);
  return { of: link, around, observed: same ? before.observed : observed };
}

const isSame = (one: AroundLink, other: AroundLink): boolean =>
  one.master === other.master && one.parent === other.parent && one.peerNamespace === other.peerNamespace;

function unlessGone(read: () => NetlinkAnswer | undefined): NetlinkAnswer | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof NetlinkRefusal && error.errno === ENODEV) return undefined;
    throw error;
  }
}
