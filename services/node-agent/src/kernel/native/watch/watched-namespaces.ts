import { isOwnNamespace } from "../../../desired/device-names.ts";
import { sysctlsOf } from "../../../desired/namespace-sysctls.ts";
import { NamesThatMayChange } from "../namespace/names-that-may-change.ts";
import { knownNamespaceId, namespaceInodes, namespaceNames } from "../namespace/namespaces.ts";
import { NetlinkSocket, netlinkFamily } from "../netlink/netlink-socket.ts";
import { toldSysctls } from "./heard.ts";
import type { SysctlFiles } from "./sysctl-files.ts";
import type { WatchedSysctls } from "./watched-sysctls.ts";

interface Watched {
  readonly inode: number;
  readonly id: number;
  readonly sysctls: SysctlFiles;
}

/** The namespaces of ours that there are, and by which ids the kernel tells of them. */
export class WatchedNamespaces {
  readonly #asking = new NetlinkSocket(netlinkFamily.route);
  readonly #sysctls: WatchedSysctls;
  readonly #byName = new Map<string, Watched>();
  readonly #nameById = new Map<number, string>();
  readonly #names = new NamesThatMayChange();
  #lookedAtMs = 0;
  #lookedAtAllMs = 0;
  #toldOfUnknown = false;

  constructor(sysctls: WatchedSysctls) {
    this.#sysctls = sysctls;
  }

  /** Undefined: none of ours, or not yet known. */
  nameOf(id: number): string | undefined {
    return this.#nameById.get(id);
  }

  /** The kernel told of a namespace that came or went, or of one that nobody knows yet. */
  toldOfUnknown(): void {
    this.#toldOfUnknown = true;
  }

  /** The kernel forgot an id with its namespace: whatever has the name now is another, though its inode may be the same. */
  toldGone(id: number): void {
    this.#toldOfUnknown = true;
    const name = this.#nameById.get(id);
    const watched = name === undefined ? undefined : this.#byName.get(name);
    if (name === undefined || watched === undefined) return;
    this.#byName.set(name, { ...watched, inode: noInode });
    this.#names.may(name);
  }

  /** As `look`, where it is time for one, of those that may have come or gone since the last one. */
  lookIfDue(): string[] {
    const nowMs = performance.now();
    if (nowMs < this.#lookedAtMs + apartMs) return [];
    this.#lookedAtMs = nowMs;
    const names = this.#names.take();
    const isUnknown = this.#toldOfUnknown && nowMs >= this.#lookedAtAllMs + allApartMs;
    return names === "any" || isUnknown ? this.look() : this.#compare(names);
  }

  /** @returns those that came, went, or are others than before under their name. */
  look(): string[] {
    this.#lookedAtAllMs = performance.now();
    this.#toldOfUnknown = false;
    return this.#compare(new Set([...this.#byName.keys(), ...namespaceNames()]));
  }

  /** The same of those alone, which came or went by us: others are left for a look that has time. */
  lookAt(names: ReadonlySet<string>): string[] {
    return names.size === 0 ? [] : this.#compare(names);
  }

  /** Somebody read its sysctls: what becomes of them from here on is a change. */
  wereRead(name: string, sysctls: ReadonlyMap<string, string>): void {
    const values = polledSysctls(name).flatMap((sysctl) => sysctls.get(sysctl) ?? []);
    this.#byName.get(name)?.sysctls.wereRead(values);
  }

  close(): void {
    this.#asking.close();
    this.#names.close();
  }

  #compare(some: ReadonlySet<string>): string[] {
    const names = [...some].filter(isOwnNamespace);
    const inodes = namespaceInodes(names);
    const changed: string[] = [];
    for (const name of names) {
      const known = this.#byName.get(name);
      if (known === undefined || known.inode === inodes.get(name)) continue;
      this.#forget(name);
      changed.push(name);
    }
    for (const [name, inode] of inodes) {
      if (this.#byName.has(name)) continue;
      if (this.#watch(name, inode)) changed.push(name);
      else this.#names.may(name);
    }
    return changed;
  }

  /** @returns false: it is no namespace yet, or no longer. */
  #watch(name: string, inode: number): boolean {
    try {
      const id = knownNamespaceId(this.#asking, name);
      const sysctls = this.#sysctls.watch(name, polledSysctls(name));
      this.#byName.set(name, { inode, id, sysctls });
      this.#nameById.set(id, name);
      return true;
    } catch {
      return false; // tried again with the next look
    }
  }

  #forget(name: string): void {
    const watched = this.#byName.get(name);
    if (watched === undefined) return;
    this.#sysctls.forget(watched.sysctls);
    this.#byName.delete(name);
    this.#nameById.delete(watched.id);
  }
}

const polledSysctls = (netns: string): string[] => sysctlsOf(netns).filter((sysctl) => !toldSysctls.has(sysctl));

const noInode = 0;
/** They come and go in flocks. */
const apartMs = 100;
/** What came or went is known by its name: others may have mounted something on a standing one all the same. */
const allApartMs = 5_000;
