import type { Operation } from "../../plan/operation.ts";
import type { BatchResult } from "../kernel.ts";
import { runLines } from "./ip-batch.ts";
import type { Programs } from "./programs.ts";

/** Stands for every destination that is not known. */
const anyMac = "00:00:00:00:00:00";

/** The lines that `bridge -batch` needs for an operation. A destination is an entry of the device (which tunnel) and one of
 *  its bridge (which port). */
function bridgeLines(operation: Operation): string[] {
  switch (operation.kind) {
    case "set-bridge-port":
      return [`link set dev ${operation.device} learning off neigh_suppress on`];
    case "add-flood-peer":
      // It adds one more to those that the MAC address has, and changes nothing where it stands.
      return [`fdb append ${anyMac} dev ${operation.device} dst ${operation.peer} self permanent`];
    case "delete-flood-peer":
      return [`fdb del ${anyMac} dev ${operation.device} dst ${operation.peer} self`];
    case "set-forwarding":
      return [
        `fdb replace ${operation.mac} dev ${operation.device} dst ${operation.tunnelIp} self permanent`,
        `fdb replace ${operation.mac} dev ${operation.device} master static`,
      ];
    case "set-delivery":
      return [`fdb replace ${operation.mac} dev ${operation.device} master static`];
    case "delete-forwarding":
      return [
        ...(operation.bridged ? [`fdb del ${operation.mac} dev ${operation.device} master`] : []),
        ...(operation.tunnel ? [`fdb del ${operation.mac} dev ${operation.device} self`] : []),
      ];
    default:
      return [];
  }
}

/** What is to be deleted and is gone already is as good: a bridge's entry goes to the port at which it hears the address. */
export async function runBridgeBatch(programs: Programs, batch: readonly Operation[]): Promise<BatchResult> {
  const lines = batch.flatMap((operation, at) => bridgeLines(operation).map((line) => ({ line, at })));
  for (let next = 0; ; ) {
    const rest = lines.slice(next);
    const { done, error } = await runLines(
      programs,
      ["bridge", "-batch", "-"],
      rest.map(({ line }) => [line]),
    );
    if (error === undefined) return { done: batch.length, error };
    const refused = rest[done];
    if (refused?.line.startsWith("fdb del") !== true || !error.includes("No such file or directory"))
      return { done: refused?.at ?? 0, error };
    next += done + 1;
  }
}
