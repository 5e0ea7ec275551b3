import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { helperFolder } from "../../../desired/desired-helper.ts";
import type { ObservedHelper } from "../../../observed/observed-helper.ts";
import { deviceIndexVariable, helperVariable, staleFile } from "../../process/helper-programs.ts";
import { namespaceInodes } from "../namespace/namespaces.ts";
import { entriesOf } from "./entries-of.ts";

/** Every helper that has files, and what of it runs. */
export function observeHelpers(): Map<string, ObservedHelper> {
  const folders = entriesOf(helperFolder);
  const processes = processesOf(folders);
  const helpers = new Map<string, ObservedHelper>();
  for (const name of folders) {
    const files = filesIn(join(helperFolder, name), "");
    const stale = files.delete(staleFile);
    const config = files.get("config") ?? "";
    if (files.size === 0 && !stale) continue;
    const reread = [...files].filter(([path]) => path.includes("/"));
    helpers.set(name, { name, process: processes.get(name), config, files: new Map(reread), stale });
  }
  return helpers;
}

/** Path in the folder -> content; without what the programs write for themselves. */
function filesIn(folder: string, below: string): Map<string, string> {
  const files = new Map<string, string>();
  for (const name of entriesOf(join(folder, below))) {
    if (name === "pid" || name === "leases" || name.startsWith(".")) continue;
    const path = join(below, name);
    const content = contentOf(join(folder, path));
    if (content !== undefined) files.set(path, content);
    else for (const [inside, each] of filesIn(folder, path)) files.set(inside, each);
  }
  return files;
}

/** By the names that they have in their own environment: a pid file may be of another time. */
function processesOf(folders: readonly string[]): Map<string, ObservedHelper["process"]> {
  const processes = new Map<string, ObservedHelper["process"]>();
  const pids = folders.flatMap((name) => contentOf(join(helperFolder, name, "pid"))?.trim() ?? []);
  const nameByInode = pids.length === 0 ? new Map<number, string>() : namesByInode();
  for (const pid of pids) {
    const variables = new Map(
      (contentOf(`/proc/${pid}/environ`) ?? "").split("\0").map((each) => {
        const at = each.indexOf("=");
        return [each.slice(0, at), each.slice(at + 1)] as const;
      }),
    );
    const helper = variables.get(helperVariable);
    if (helper === undefined) continue;
    const inode = inodeOf(`/proc/${pid}/ns/net`);
    const netns = inode === undefined ? undefined : nameByInode.get(inode);
    processes.set(helper, { netns, deviceIndex: Number(variables.get(deviceIndexVariable) ?? 0) });
  }
  return processes;
}

const namesByInode = (): Map<number, string> => new Map([...namespaceInodes()].map(([name, inode]) => [inode, name]));

// What is looked at belongs to programs that come and go: what is gone by now is as if it had never been there.

/** Undefined: it is a folder, or gone. */
function contentOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function inodeOf(path: string): number | undefined {
  try {
    return statSync(path).ino;
  } catch {
    return undefined;
  }
}
