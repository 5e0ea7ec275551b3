import { ipv6OffSysctl } from "../../desired/ipv6-off.ts";
import type { ObservedKernel } from "../../observed/observed-kernel.ts";
import type { OverlayOperation } from "../../plan/operation.ts";

const fileExists = "RTNETLINK answers: File exists";
const noSuchEntry = "RTNETLINK answers: No such file or directory";

/** What a real kernel says to an operation on the overlay that it doesn't do; undefined: it does it. */
export function overlayRefusal(kernel: ObservedKernel, operation: OverlayOperation): string | undefined {
  const { device } = operation;
  const link = kernel.links.get(device);
  if (operation.kind === "add-vxlan") {
    const twin = [...kernel.links.values()].some(({ vxlan }) => vxlan?.vni === operation.vni);
    if (link !== undefined) return fileExists;
    return twin ? "Error: A VXLAN device with the specified VNI already exists." : undefined;
  }
  if (link === undefined) return `Cannot find device "${device}"`;
  const known = kernel.forwarding.get(device);
  switch (operation.kind) {
    case "set-tunnel-ip":
      return link.vxlan === undefined ? "RTNETLINK answers: Operation not supported" : undefined;
    case "set-bridge-port":
    case "set-delivery":
    case "set-forwarding":
      return link.master === undefined ? "RTNETLINK answers: Operation not supported" : undefined;
    case "add-flood-peer":
      return undefined;
    case "delete-flood-peer":
      return known?.peers.has(operation.peer) ? undefined : noSuchEntry;
    case "delete-forwarding": {
      const standing = known?.destinations.get(operation.mac);
      const missing =
        (operation.tunnel && standing?.tunnelIp === undefined) || (operation.bridged && !standing?.bridged);
      return missing ? noSuchEntry : undefined;
    }
    case "set-neighbour":
      return operation.address.includes(":") && kernel.sysctls.get(ipv6OffSysctl(device)) !== "0"
        ? "Error: IPv6 is disabled on this device."
        : undefined;
    case "delete-neighbour":
      return kernel.neighbours.get(device)?.has(operation.address) ? undefined : noSuchEntry;
    default:
      return operation satisfies never;
  }
}
