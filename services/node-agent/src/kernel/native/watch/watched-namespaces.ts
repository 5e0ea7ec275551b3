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
  #incomplete = true;
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
    if (name !== undefined && watched !== undefined) this.#byName.set(name, { ...watched, inode: noInode });
  }

  /** As `look`, where it is time for one: names may have come or gone since the last one. */
  lookIfDue(): string[] {
    const isDue =
      performance.now() >= this.#lookedAtMs + apartMs &&
      (this.#names.needLook() || this.#toldOfUnknown || this.#incomplete);
    return isDue ? this.look() : [];
  }

  /** @returns those that came, went, or are others than before under their name. */
  look(): string[] {
    this.#lookedAtMs = performance.now();
    this.#incomplete = false;
    this.#toldOfUnknown = false;
    return this.#compare(new Set([...this.#byName.keys(), ...namespaceNames().filter(isOwnNamespace)]));
  }

  /** The same of those alone, which came or went by us: others are left for a look that has time. */
  lookAt(names: ReadonlySet<string>): string[] {
    if (names.size === 0) return [];
    this.#names.ownCameOrWent();
    return this.#compare(names);
  }

  /** Somebody read its sysctls: what becomes of them from here on is a change. */
  wereRead(name: string, sysctls: ReadonlyMap<string, string>): void {
    const values = polledSysctls(name).flatMap((sysctl) => sysctls.get(sysctl) ?? []);
    this.#byName.get(name)?.sysctls.wereRead(values);
  }

  close(): void {
    this.#asking.close();
  }

  #compare(names: ReadonlySet<string>): string[] {
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
      else this.#incomplete = true;
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
