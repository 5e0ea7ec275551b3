import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { environmentOfHost } from "./enter-host.ts";
import { onlyChildOf } from "./spawn-in-host.ts";

const hostInit = join(import.meta.dirname, "host-init.sh");

/** Makes a host: network, mount, UTS, IPC and pid namespaces of its own. It lives as long as the calling process, or
 *  until its pid 1 is killed; until then it also keeps the caller's event loop busy. `folder` keeps its /var/lib.
 *  @returns its pid 1, in the root pid namespace.
 *  @throws Error with the kernel's words when namespaces can't be made. */
export async function powerOn(name: string, folder: string, hostsFile: string): Promise<number> {
  const varLib = join(folder, "var-lib");
  mkdirSync(join(varLib, "rhumbline"), { recursive: true });
  const namespaces = ["--net", "--mount", "--uts", "--ipc", "--pid", "--fork", "--mount-proc"];
  const holder = spawn(
    "unshare",
    [...namespaces, "--kill-child", "--propagation=private", "sh", hostInit, name, varLib, hostsFile],
    { cwd: "/", env: environmentOfHost(), detached: true, stdio: ["pipe", "pipe", "pipe"] },
  );
  await readiness(name, holder);
  return onlyChildOf(holder.pid ?? 0);
}

function readiness(name: string, holder: ChildProcess): Promise<void> {
  const { stdout, stderr, stdin } = holder;
  if (stdout === null || stderr === null || stdin === null) throw new TypeError("the host's pipes are missing");
  stdin.on("error", () => undefined); // pid 1 was killed: power off looks like this
  const words = text(stderr);
  return new Promise((resolve, reject) => {
    holder.once("error", reject);
    stdout.once("data", resolve);
    stdout.once("end", () => {
      words.then((said) => reject(new Error(`host ${name} could not be made: ${said.trim()}`)), reject);
    });
  });
}
