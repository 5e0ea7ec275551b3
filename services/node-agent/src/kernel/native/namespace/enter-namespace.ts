import { closeSync, openSync } from "node:fs";
import { cSetns, systemError } from "../libc.ts";

const CLONE_NEWNET = 0x40000000;
export const namespaceFolder = "/run/netns";

/** Of the thread that loaded this file: the host's own. */
const home = openSync("/proc/thread-self/ns/net", "r");

/** Does something with the thread in a network namespace: /proc/sys and every socket opened there are that namespace's.
 *  `work` must not wait for anything, and must start neither a thread nor a worker: the first would go on elsewhere, the
 *  second would be born in there.
 *  @param name empty: the host's own.
 *  @throws Error with errno ENOENT when there is no such namespace. */
export function inNamespace<T>(name: string, work: () => T): T {
  if (name === "") return work();
  const fd = openSync(`${namespaceFolder}/${name}`, "r");
  try {
    if (cSetns(fd, CLONE_NEWNET) !== 0) throw systemError(`setns ${name}`);
  } finally {
    closeSync(fd);
  }
  try {
    return work();
  } finally {
    goHome();
  }
}

/** Whatever ran on in the wrong namespace would program the wrong router: rather nothing runs on. */
export function goHome(): void {
  if (cSetns(home, CLONE_NEWNET) === 0) return;
  process.stderr.write("the way back from a network namespace failed\n");
  process.abort();
}
