import { ForwardingEntries } from "../forwarding-entries.ts";
import type { ObservedForwarding } from "../observed-kernel.ts";
import { optionalText, printedRecords, text, texts } from "./json-fields.ts";

/** `bridge -json fdb show`: what somebody put there of destinations behind VXLAN devices.
 *  @throws Error when the text isn't what iproute2 prints. */
export function parseForwarding(json: string): Map<string, ObservedForwarding> {
  const entries = new ForwardingEntries();
  for (const entry of printedRecords(json, "bridge fdb")) {
    const device = text(entry, "ifname");
    if (!device.startsWith("vxlan-")) continue;
    const state = optionalText(entry, "state");
    entries.add({
      device,
      mac: text(entry, "mac"),
      tunnelIp: optionalText(entry, "dst"),
      permanent: state === "permanent",
      isStatic: state === "static",
      self: texts(entry, "flags").includes("self"),
    });
  }
  return entries.byDevice;
}

/** `ip -json neighbour show nud permanent`, of one IP version: bridge -> IP address -> MAC address.
 *  @throws Error when the text isn't what iproute2 prints. */
export function parseNeighbours(...printed: readonly string[]): Map<string, Map<string, string>> {
  const byBridge = new Map<string, Map<string, string>>();
  for (const entry of printed.flatMap((json) => printedRecords(json, "ip neighbour"))) {
    const bridge = text(entry, "dev");
    const mac = optionalText(entry, "lladdr");
    if (!bridge.startsWith("brq") || mac === undefined) continue;
    const known = byBridge.get(bridge) ?? new Map<string, string>();
    byBridge.set(bridge, known.set(text(entry, "dst"), mac));
  }
  return byBridge;
}
