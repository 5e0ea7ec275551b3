import type { NetlinkSocket } from "../netlink/netlink-socket.ts";
import { NamesThatMayChange } from "./names-that-may-change.ts";
import { namespaceId, namespaceInodes, namespaceNames } from "./namespaces.ts";

interface Named {
  readonly inode: number;
  /** Undefined: nothing links to it yet. */
  readonly id: number | undefined;
}

const noInode = 0;

/** Every network namespace that has a name, and by which id the host's links tell of it. */
export class NamespaceIds {
  readonly #byName = new Map<string, Named>();
  readonly #names = new NamesThatMayChange();
  /** Undefined: to be made. */
  #nameById: ReadonlyMap<number, string> | undefined;

  get names(): readonly string[] {
    return [...this.#byName.keys()];
  }

  /** The very same value while nothing is otherwise. */
  get nameById(): ReadonlyMap<number, string> {
    this.#nameById ??= new Map(
      [...this.#byName].flatMap(([name, { id }]) => (id === undefined ? [] : [[id, name] as const])),
    );
    return this.#nameById;
  }

  /** Asks for what is not known yet. An id is its namespace's until that is gone.
   *  @returns whether anything is otherwise than before. */
  look(socket: NetlinkSocket): boolean {
    const names = this.#names.take();
    let changed = this.#compare(names === "any" ? new Set([...this.#byName.keys(), ...namespaceNames()]) : names);
    for (const [name, { inode, id: known }] of this.#byName) {
      const id = known ?? idOf(socket, name);
      if (id === known) continue;
      this.#byName.set(name, { inode, id });
      changed = true;
    }
    if (changed) this.#nameById = undefined;
    return changed;
  }

  /** The kernel forgot an id with its namespace: whatever has the name now is another, though its inode may be the same. */
  toldGone(gone: number): void {
    for (const [name, { id }] of this.#byName) {
      if (id !== gone) continue;
      this.#byName.set(name, { inode: noInode, id });
      this.#names.may(name);
    }
  }

  close(): void {
    this.#names.close();
  }

  #compare(names: ReadonlySet<string>): boolean {
    const inodes = namespaceInodes(names);
    let changed = false;
    for (const name of names) {
      const inode = inodes.get(name);
      if (this.#byName.get(name)?.inode === inode) continue;
      this.#byName.delete(name);
      if (inode !== undefined) this.#byName.set(name, { inode, id: undefined });
      changed = true;
    }
    return changed;
  }
}

/** A name without a namespace, or one that went meanwhile, has no id. */
function idOf(socket: NetlinkSocket, name: string): number | undefined {
  try {
    return namespaceId(socket, name);
  } catch {
    return undefined;
  }
}
