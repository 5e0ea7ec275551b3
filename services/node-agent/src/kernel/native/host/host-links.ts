import { isDeepStrictEqual } from "node:util";
import type { ObservedLink } from "../../../observed/observed-kernel.ts";
import { sameInOrder } from "../../../observed/remember.ts";
import { type NetlinkAnswer, NetlinkRefusal, type NetlinkSocket } from "../netlink/netlink-socket.ts";
import { type AroundLink, aroundLink, listLinks, observedLink } from "../observe/observe-links.ts";
import { sysctlsOfLink } from "../observe/observe-sysctls.ts";
import { getLink, type KernelLink, readLink } from "../route/link-messages.ts";

/** What the kernel tells of a link. */
interface Told {
  readonly link: KernelLink;
  /** Name and value in turn. */
  readonly sysctls: readonly string[];
}

/** What was made of it. */
interface Made {
  readonly of: KernelLink;
  readonly around: AroundLink;
  readonly observed: ObservedLink;
}

/** A device as it was read last. */
export interface HostDevice {
  readonly index: number;
  readonly name: string;
  /** Name and value in turn, without those that it lacks. */
  readonly sysctls: readonly string[];
}

const ENODEV = 19;

/** The links of the host's own namespace as they were read last. What is the same again stays the very same value. */
export class HostLinks {
  readonly #toldByIndex = new Map<number, Told>();
  readonly #nameByIndex = new Map<number, string>();
  #madeByIndex: ReadonlyMap<number, Made> = new Map();
  #namespaceById: ReadonlyMap<number, string> = new Map();
  /** Indexes of links that came, went or were renamed since links were made last. */
  readonly #renamed = new Set<number>();
  #isOtherwise = true;
  #observed: ReadonlyMap<string, ObservedLink> = new Map();
  #timesWritten = 0;

  /** How often any of their sysctls was found to be otherwise. */
  get timesWritten(): number {
    return this.#timesWritten;
  }

  /** Name and value of each. */
  *sysctls(): Generator<readonly [name: string, value: string]> {
    for (const { sysctls } of this.#toldByIndex.values())
      for (let at = 0; at < sysctls.length; at += 2) yield [sysctls[at] ?? "", sysctls[at + 1] ?? ""];
  }

  *devices(): Generator<HostDevice> {
    for (const [index, { link, sysctls }] of this.#toldByIndex) yield { index, name: link.name, sysctls };
  }

  readAll(socket: NetlinkSocket): void {
    const standing = new Set(listLinks(socket).map((answer) => this.#take(answer)));
    for (const index of [...this.#toldByIndex.keys()]) if (!standing.has(index)) this.#drop(index);
  }

  /** Those alone: they changed, came or went. And those that are down: of one's group, its alias and its kind's own settings
   *  the kernel tells only while it is up. */
  readAgain(socket: NetlinkSocket, changed: Iterable<number>): void {
    const down = [...this.#toldByIndex].filter(([, { link }]) => !link.up).map(([index]) => index);
    for (const index of new Set([...changed, ...down])) {
      const answer = unlessGone(() => socket.get(getLink(index)));
      if (answer === undefined) this.#drop(index);
      else this.#take(answer);
    }
  }

  /** Links by name.
   *  @param namespaceById what the other ends' namespaces are called: the very same value where none is called otherwise. */
  observed(namespaceById: ReadonlyMap<number, string>): ReadonlyMap<string, ObservedLink> {
    const areElsewhere = namespaceById !== this.#namespaceById;
    if (!areElsewhere && !this.#isOtherwise) return this.#observed;
    const isRenamed = (index: number | undefined): boolean => index !== undefined && this.#renamed.has(index);
    const made = new Map<number, Made>();
    for (const [index, { link }] of this.#toldByIndex) {
      const before = this.#madeByIndex.get(index);
      const isSameAround =
        !isRenamed(link.masterIndex) &&
        !isRenamed(link.parentIndex) &&
        !(areElsewhere && link.parentNamespaceId !== undefined);
      const isSame = before?.of === link && isSameAround;
      made.set(index, isSame ? before : madeOf(link, aroundLink(link, this.#nameByIndex, namespaceById), before));
    }
    this.#madeByIndex = made;
    this.#namespaceById = namespaceById;
    this.#renamed.clear();
    this.#isOtherwise = false;
    this.#observed = new Map([...made.values()].map(({ observed }) => [observed.name, observed]));
    return this.#observed;
  }

  /** @returns the link's index. */
  #take(answer: NetlinkAnswer): number {
    const told = { link: readLink(answer), sysctls: sysctlsOfLink(answer).flat() };
    const { index, name } = told.link;
    const before = this.#toldByIndex.get(index);
    const link = isDeepStrictEqual(before?.link, told.link) && before !== undefined ? before.link : told.link;
    const areSame = before !== undefined && sameInOrder(before.sysctls, told.sysctls);
    if (!areSame) this.#timesWritten += 1;
    if (areSame && link === before.link) return index;
    this.#toldByIndex.set(index, { link, sysctls: areSame ? before.sysctls : told.sysctls });
    this.#isOtherwise ||= link !== before?.link;
    this.#name(index, name);
    return index;
  }

  #drop(index: number): void {
    if (!this.#toldByIndex.delete(index)) return;
    this.#isOtherwise = true;
    this.#timesWritten += 1;
    this.#nameByIndex.delete(index);
    this.#renamed.add(index);
  }

  #name(index: number, name: string): void {
    if (this.#nameByIndex.get(index) === name) return;
    this.#nameByIndex.set(index, name);
    this.#renamed.add(index);
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
