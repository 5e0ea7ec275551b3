import { type PacketCapture, startCapture } from "@rhumbline/infra/lab";
import type { NodeLab } from "./node-lab.ts";

/** Captures what leaves some nodes for the external network in an address's name: answers, ARP, announcements.
 *  @returns what ends it, and tells the longest time for which two of them spoke for the address at once, in ms. */
export async function watchOwners(
  nodes: NodeLab,
  names: readonly string[],
  address: string,
): Promise<() => Promise<number>> {
  const captures: PacketCapture[] = [];
  for (const name of names)
    captures.push(await startCapture(nodes.lab.host(name), "eth1", `outbound and src host ${address}`));
  return async () => {
    const spans = (await Promise.all(captures.map((capture) => capture.stop()))).flatMap(spanOf);
    const overlaps = spans.flatMap((a, at) =>
      spans.slice(at + 1).map((b) => Math.min(a.lastMs, b.lastMs) - Math.max(a.firstMs, b.firstMs)),
    );
    return Math.max(0, ...overlaps.map(Math.round));
  };
}

interface Span {
  readonly firstMs: number;
  readonly lastMs: number;
}

/** From a node's first packet to its last; none when it sent none. */
function spanOf(packets: readonly string[]): Span[] {
  const times = packets.map((line) => Number(line.split(" ")[0]) * 1000);
  return times.length === 0 ? [] : [{ firstMs: Math.min(...times), lastMs: Math.max(...times) }];
}
