import { closeSync, openSync, statSync } from "node:fs";
import { farNumber } from "../far-number.ts";
import { cClose, cOpenat } from "../libc.ts";
import { namespaceFolder } from "./enter-namespace.ts";

const O_CLOEXEC = 0x80000;
const root = "/proc/sys/net/";
/** Of the names of all that are in there. */
const beginning = "net.";

/** Open folders of a namespace's sysctls, by their names in /proc/sys/net. */
interface Kept {
  /** Of the namespace that they were opened in: another may have the name by now. */
  readonly inode: number;
  readonly folders: Map<string, number>;
}

/** The kernel keeps the folders of all namespaces under one name, and to find one's among a thousand takes it 0.1 ms: so each
 *  is found once, and files are opened from there. An open folder keeps no namespace alive. */
const keptByName = new Map<string, Kept>();

/** Opens a sysctl of the namespace that the thread is in.
 *  @param netns its name; empty: the host's own.
 *  @param name "net.ipv4.ip_forward".
 *  @param mode of open(2): 0 to read, 1 to write.
 *  @returns the file's number, the caller's to close; undefined: there is none. */
export function openSysctl(netns: string, name: string, mode: 0 | 1): number | undefined {
  const [folder, inside] = splitOnce(name.slice(beginning.length).replaceAll(".", "/"));
  const kept = keptIn(netns);
  const before = kept.folders.get(folder);
  const file = before === undefined ? undefined : opened(before, inside, mode);
  if (file !== undefined) return file;
  // That of a namespace that is gone has no files; one that was made since may have its name and its inode.
  if (before !== undefined) cClose(before);
  kept.folders.delete(folder);
  const fresh = openedFolder(root + folder);
  if (fresh === undefined) return undefined;
  kept.folders.set(folder, fresh);
  return opened(fresh, inside, mode);
}

/** Closes the folders of all namespaces but the host's and those. */
export function keepSysctlsOf(names: readonly string[]): void {
  const standing = new Set(["", ...names]);
  for (const name of keptByName.keys()) if (!standing.has(name)) forget(name);
}

function keptIn(netns: string): Kept {
  const inode = netns === "" ? 0 : statSync(`${namespaceFolder}/${netns}`).ino;
  const before = keptByName.get(netns);
  if (before?.inode === inode) return before;
  forget(netns);
  const kept = { inode, folders: new Map<string, number>() };
  keptByName.set(netns, kept);
  return kept;
}

function forget(netns: string): void {
  for (const folder of keptByName.get(netns)?.folders.values() ?? []) cClose(folder);
  keptByName.delete(netns);
}

function openedFolder(path: string): number | undefined {
  let folder: number;
  try {
    folder = openSync(path, "r");
  } catch {
    return undefined; // a kernel without IPv6 or bridge netfilter
  }
  const far = farNumber(folder);
  if (far === undefined) return folder;
  closeSync(folder);
  return far;
}

function opened(folder: number, path: string, mode: number): number | undefined {
  const file = cOpenat(folder, path, mode | O_CLOEXEC);
  return file < 0 ? undefined : file;
}

function splitOnce(path: string): [string, string] {
  const at = path.indexOf("/");
  return [path.slice(0, at), path.slice(at + 1)];
}
