import type { ObservedHelper } from "../observed-helper.ts";

interface HelperText {
  /** `grep -r ""` of all folders: "<helper>/<path>:<line>" each. */
  readonly files: string;
  /** Of processes that pid files name, their environment: "/proc/<pid>/environ:<variable>=<value>" each. */
  readonly environments: string;
  /** "<path> <inode>" of those processes' network namespaces and of the host's named ones. */
  readonly namespaces: string;
}

interface Names {
  readonly helperVariable: string;
  readonly deviceIndexVariable: string;
  readonly staleFile: string;
}

/** Every helper that has a folder, and what of it runs. */
export function parseHelpers(text: HelperText, names: Names): Map<string, ObservedHelper> {
  const { files, helpers } = parseFiles(text.files);
  const processes = parseProcesses(text, names);
  return new Map(
    [...helpers].map((name) => {
      const own = files.get(name) ?? new Map<string, string>();
      const config = own.get("config") ?? "";
      const stale = own.has(names.staleFile);
      const reread = [...own].filter(([path]) => path.includes("/"));
      return [name, { name, process: processes.get(name), config, files: new Map(reread), stale }];
    }),
  );
}

function parseFiles(lines: string) {
  const files = new Map<string, Map<string, string>>();
  for (const line of linesOf(lines)) {
    const [, helper = "", path = "", content = ""] = /^([^/:]+)\/([^:]+):(.*)$/.exec(line) ?? [];
    const own = files.get(helper) ?? new Map<string, string>();
    own.set(path, `${own.get(path) ?? ""}${content}\n`);
    if (helper !== "") files.set(helper, own);
  }
  return { files, helpers: files.keys() };
}

function parseProcesses(
  { environments, namespaces }: HelperText,
  names: Names,
): Map<string, ObservedHelper["process"]> {
  const inodes = new Map(linesOf(namespaces).map((line) => line.split(" ") as [string, string]));
  const nameByInode = new Map(
    [...inodes].flatMap(([path, inode]) => (path.startsWith("/run/netns/") ? [[inode, path.slice(11)] as const] : [])),
  );
  const variables = new Map<string, Map<string, string>>();
  for (const line of linesOf(environments)) {
    const [, pid = "", variable = "", value = ""] = /^\/proc\/(\d+)\/environ:([^=]+)=(.*)$/.exec(line) ?? [];
    variables.set(pid, (variables.get(pid) ?? new Map<string, string>()).set(variable, value));
  }
  return new Map(
    [...variables].map(([pid, own]) => {
      const netns = nameByInode.get(inodes.get(`/proc/${pid}/ns/net`) ?? "");
      const deviceIndex = Number(own.get(names.deviceIndexVariable) ?? 0);
      return [own.get(names.helperVariable) ?? "", { netns, deviceIndex }];
    }),
  );
}

const linesOf = (text: string): string[] => text.split("\n").filter((line) => line !== "");
