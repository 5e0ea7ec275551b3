import type { ObservedKernel, ObservedLink } from "../observed/observed-kernel.ts";
import { isOwnVlan, isOwnVxlan, vlanProtocol, vxlanPort } from "../observed/ownership.ts";
import type { Operation } from "./operation.ts";

interface Failure {
  readonly operation: Operation;
  /** The kernel's words. */
  readonly error: string;
}

/** The kernel's words, and behind them who is in the way where these alone don't tell. */
export function explainFailure({ operation, error }: Failure, kernel: ObservedKernel): string {
  const reason = reasonFor(operation, kernel);
  return reason === undefined ? error : `${error.replace(/\.$/, "")}: ${reason}`;
}

function reasonFor(operation: Operation, { links }: ObservedKernel): string | undefined {
  const find = (is: (link: ObservedLink) => boolean) => [...links.values()].find(is);
  switch (operation.kind) {
    case "add-vxlan": {
      const { device, vni } = operation;
      const isTwin = ({ vxlan }: ObservedLink) => vxlan?.vni === vni && vxlan.port === vxlanPort;
      const inTheWay = find((link) => !isOwnVxlan(link) && (link.name === device || isTwin(link)));
      return inTheWay && foreign(inTheWay, device, `has VNI ${vni} on UDP port ${vxlanPort}`, "VNI");
    }
    case "add-vlan": {
      const { device, parent, vlanId } = operation;
      const isTwin = ({ vlan }: ObservedLink) =>
        vlan?.id === vlanId && vlan.parent === parent && vlan.protocol === vlanProtocol;
      const inTheWay = find((link) => !isOwnVlan(link) && (link.name === device || isTwin(link)));
      if (inTheWay !== undefined) return foreign(inTheWay, device, `has VLAN id ${vlanId} on ${parent}`, "VLAN id");
      return carrierIs(links.get(parent), operation);
    }
    case "set-link":
      return carrierIs(links.get(links.get(operation.device)?.vlan?.parent ?? ""), operation);
    default:
      return undefined;
  }
}

function foreign({ name }: ObservedLink, device: string, segment: string, what: string): string {
  const has = name === device ? "is called so" : segment;
  return `device ${name} of this host, which isn't Rhumbline's, ${has}; delete it, or keep that ${what} out of the range that topology gives to networks`;
}

/** What of its physical network's carrier a VLAN device can't live with. */
function carrierIs(carrier: ObservedLink | undefined, { mtu = 0, up }: { mtu?: number; up?: boolean }) {
  if (carrier === undefined) return undefined;
  const { name } = carrier;
  if (mtu > carrier.mtu) return `${name}, which carries the physical network, has an MTU of ${carrier.mtu}`;
  return up === true && !carrier.up ? `${name}, which carries the physical network, is down` : undefined;
}
