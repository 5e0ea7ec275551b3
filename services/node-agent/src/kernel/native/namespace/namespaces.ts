import { closeSync, mkdirSync, openSync, type Stats, statSync, unlinkSync } from "node:fs";
import { cMount, cUmount2, cUnshare, EINVAL, errno, systemError } from "../libc.ts";
import { attribute, readAttributes, u32 } from "../netlink/attributes.ts";
import type { NetlinkSocket } from "../netlink/netlink-socket.ts";
import { entriesOf } from "../observe/entries-of.ts";
import { goHome, namespaceFolder } from "./enter-namespace.ts";

const CLONE_NEWNET = 0x40000000;
const MS_BIND = 0x1000;
const MS_REC_SHARED = 0x4000 | 0x100000;
const MNT_DETACH = 2;

export const RTM_NEWNSID = 88;
export const RTM_DELNSID = 89;
const RTM_GETNSID = 90;
const NETNSA_NSID = 1;
const NETNSA_FD = 3;
const headerBytes = 4;
const unassigned = -1;

/** Makes a named network namespace, as `ip netns add` does: a file in /run/netns with the namespace mounted on it. */
export function addNamespace(name: string): void {
  shareFolder();
  const path = `${namespaceFolder}/${name}`;
  closeSync(openSync(path, isLeftover(name, statSync(namespaceFolder)) ? "a" : "wx", 0o444));
  try {
    if (cUnshare(CLONE_NEWNET) !== 0) throw systemError("unshare");
    try {
      if (cMount("/proc/thread-self/ns/net", path, "none", MS_BIND, null) !== 0) throw systemError(`mount ${path}`);
    } finally {
      goHome();
    }
  } catch (error) {
    unlinkSync(path);
    throw error;
  }
}

/** Takes the name from a namespace. It is gone once nobody is in it any more. */
export function dropNamespace(name: string): void {
  const path = `${namespaceFolder}/${name}`;
  // A file that was made and never mounted on is no mount point.
  if (cUmount2(path, MNT_DETACH) !== 0 && errno() !== EINVAL) throw systemError(`umount ${path}`);
  unlinkSync(path);
}

/** Takes away what an agent left that was killed over the making or the dropping of a namespace. */
export function removeLeftovers(isOurs: (name: string) => boolean): void {
  for (const name of namespaceNames()) {
    if (isOurs(name) && isLeftover(name, statSync(namespaceFolder))) unlinkSync(`${namespaceFolder}/${name}`);
  }
}

/** Every name that a namespace may have. */
export const namespaceNames = (): string[] => entriesOf(namespaceFolder);

/** Name -> inode of the namespace that has it now. Empty where none was ever made. */
export function namespaceInodes(names: Iterable<string> = namespaceNames()): Map<string, number> {
  const folder = statSync(namespaceFolder, { throwIfNoEntry: false });
  const inodes = new Map<string, number>();
  if (folder === undefined) return inodes;
  for (const name of names) {
    const file = statSync(`${namespaceFolder}/${name}`, { throwIfNoEntry: false });
    if (file !== undefined && !isUnmounted(file, folder)) inodes.set(name, file.ino);
  }
  return inodes;
}

/** An empty file that no namespace is mounted on: whoever made it ended before he could. It is as good as none. */
function isLeftover(name: string, folder: Stats): boolean {
  const file = statSync(`${namespaceFolder}/${name}`, { throwIfNoEntry: false });
  return file !== undefined && isUnmounted(file, folder);
}

/** Every mount is of another file system than its folder. */
const isUnmounted = (file: Stats, folder: Stats): boolean => file.size === 0 && file.dev === folder.dev;

/** By which links on the host tell where their other end is; undefined: nothing links to the namespace.
 *  @throws Error when it is no namespace. */
export function namespaceId(socket: NetlinkSocket, name: string): number | undefined {
  return inOpenNamespace(name, (namespace) => idOf(socket, namespace));
}

/** The same, given where there is none.
 *  @throws Error when it is no namespace. */
export function knownNamespaceId(socket: NetlinkSocket, name: string): number {
  return inOpenNamespace(name, (namespace) => {
    const given = idOf(socket, namespace);
    if (given !== undefined) return given;
    const any = attribute(NETNSA_NSID, u32(unassigned));
    const [refusal] = socket.run([
      { type: RTM_NEWNSID, body: Buffer.concat([Buffer.alloc(headerBytes), namespace, any]) },
    ]);
    // Whoever else gave it one at the same time was as good.
    const id = idOf(socket, namespace);
    if (id === undefined) throw refusal ?? new Error(`namespace ${name} gets no id`);
    return id;
  });
}

function idOf(socket: NetlinkSocket, namespace: Buffer): number | undefined {
  const answer = socket.get({ type: RTM_GETNSID, body: Buffer.concat([Buffer.alloc(headerBytes), namespace]) });
  return answer && toldNamespaceId(answer.body);
}

/** Of a message about a namespace, the id that it is of. */
export function toldNamespaceId(body: Buffer): number | undefined {
  const id = readAttributes(body, headerBytes).get(NETNSA_NSID)?.readInt32LE(0);
  return id === unassigned ? undefined : id;
}

/** Gives it as an attribute of messages about namespaces. */
function inOpenNamespace<T>(name: string, work: (namespace: Buffer) => T): T {
  const fd = openSync(`${namespaceFolder}/${name}`, "r");
  try {
    return work(attribute(NETNSA_FD, u32(fd)));
  } finally {
    closeSync(fd);
  }
}

/** As iproute2 does before its first namespace: what is mounted there must be seen by, and can be unmounted for, everybody. */
function shareFolder(): void {
  mkdirSync(namespaceFolder, { recursive: true, mode: 0o755 });
  if (cMount("", namespaceFolder, "none", MS_REC_SHARED, null) === 0) return;
  if (errno() !== EINVAL) throw systemError(`mount --make-shared ${namespaceFolder}`);
  if (cMount(namespaceFolder, namespaceFolder, "none", MS_BIND, null) !== 0) throw systemError("mount --bind");
  if (cMount("", namespaceFolder, "none", MS_REC_SHARED, null) !== 0) throw systemError("mount --make-shared");
}
