import { readSync } from "node:fs";
import { cClose, cFsconfig, cFsmount, cFsopen, cOpenat } from "../libc.ts";
import { openSysctl } from "./sysctl-folders.ts";

/** Of fsopen(2) and fsmount(2). */
const CLOEXEC = 1;
const FSCONFIG_CMD_CREATE = 6;
const O_RDONLY_CLOEXEC = 0x80000;

/** The kernel keeps the entries of all namespaces that were looked at through one mount under one name, and goes through them
 *  for each that is opened. A new mount costs as much as a search among some hundred. */
const namespacesOfOneMount = 50;
const read = Buffer.alloc(32);

/** A mount of /proc that has no place in any folder. */
let mount: { readonly fd: number; readonly seen: Set<string> } | undefined;

/** The values of sysctls of the namespace that the thread is in, without those that this kernel lacks or that go meanwhile.
 *  @param netns its name; empty: the host's own. */
export function readSysctls(netns: string, names: readonly string[]): Map<string, string> {
  const folder = ownMount(netns);
  const values = new Map<string, string>();
  for (const name of names) {
    const file = folder === undefined ? openSysctl(netns, name, 0) : opened(folder, name);
    if (file === undefined) continue;
    const value = valueIn(file);
    if (value !== undefined) values.set(name, value);
    cClose(file);
  }
  return values;
}

/** The value in an open file of a sysctl; undefined: it can't be read, as one of a namespace that is gone. */
export function valueIn(file: number): string | undefined {
  try {
    return read.toString("latin1", 0, readSync(file, read, 0, read.length, 0)).trimEnd();
  } catch {
    return undefined;
  }
}

function opened(folder: number, name: string): number | undefined {
  const file = cOpenat(folder, `sys/${name.replaceAll(".", "/")}`, O_RDONLY_CLOEXEC);
  return file < 0 ? undefined : file;
}

/** Undefined where a process gets none: a kernel before 5.2. */
function ownMount(netns: string): number | undefined {
  if (mount?.seen.has(netns)) return mount.fd;
  if (mount === undefined || mount.seen.size === namespacesOfOneMount) {
    if (mount !== undefined) cClose(mount.fd);
    const fd = newMount();
    mount = fd < 0 ? undefined : { fd, seen: new Set() };
  }
  mount?.seen.add(netns);
  return mount?.fd;
}

function newMount(): number {
  const context = cFsopen("proc", CLOEXEC);
  if (context < 0) return context;
  const failed = cFsconfig(context, FSCONFIG_CMD_CREATE, null, null, 0);
  const fd = failed < 0 ? failed : cFsmount(context, CLOEXEC, 0);
  cClose(context);
  return fd;
}
