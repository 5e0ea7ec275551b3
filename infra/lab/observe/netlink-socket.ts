import { readFileSync } from "node:fs";

/** Whether the program has subscribed to kernel notifications: from then on it misses none. */
export function isSubscribed(pid: number): boolean {
  return socketsOf(pid).some((socket) => socket.groups !== "00000000");
}

/** Whether the program sleeps and nothing is queued for it: it has printed every notification there was. */
export function hasReadEverything(pid: number): boolean {
  return isAsleep(pid) && socketsOf(pid).every((socket) => socket.queuedBytes === 0);
}

/** Whether a program of one thread waits for input, having dealt with all it had. */
export function isAsleep(pid: number): boolean {
  return /^State:\s+S/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
}

interface NetlinkSocket {
  /** The subscribed groups as a hexadecimal mask. */
  readonly groups: string;
  readonly queuedBytes: number;
}

/** The kernel lists the netlink sockets of a whole network namespace; a program's own are those whose address is its
 *  pid, as its own pid namespace counts. */
function socketsOf(pid: number): NetlinkSocket[] {
  const innermostPid = /^NSpid:.*\s(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  const [, ...rows] = readFileSync(`/proc/${pid}/net/netlink`, "utf8").trim().split("\n");
  return rows
    .map((row) => row.trim().split(/\s+/))
    .filter(([, , address]) => address === innermostPid)
    .map(([, , , groups = "", queued]) => ({ groups, queuedBytes: Number(queued) }));
}
