import { type Cidr, cidrOf, formatIpAddress, formatMac, InvalidCidr, parseIpAddress, parseMac } from "@rhumbline/net";
import type { RouterPort } from "@rhumbline/proto/rhumbline/agent/v1/desired";
import { remembering } from "../../observed/remember.ts";
import type { Attachment, DesiredLeg } from "../desired-kernel.ts";
import { hostEnd } from "../device-names.ts";
import type { Door } from "../door.ts";
import type { ResourceKey } from "../resource-key.ts";
import { type Carriers, requireCarrier } from "./carriers.ts";

/** A leg together with the networks that it is in. */
export interface Leg {
  readonly desired: DesiredLeg;
  readonly addresses: readonly LegAddress[];
}

/** What a leg lies in. */
export interface Surroundings {
  readonly carriers: Carriers;
  readonly door: Door;
}

/** The port that a leg is of. */
type LegPort = Omit<RouterPort, "advertisedSubnets">;

interface LegAddress {
  /** Without its prefix length. */
  readonly text: string;
  readonly network: Cidr;
}

/** What a floating IP's address stands on the leg for. */
interface Translated {
  readonly resource: ResourceKey;
  readonly floatingIp: string;
}

/** @throws Error when its network isn't carried here, or for text that is no address. */
export function compileLeg(
  resource: ResourceKey,
  device: string,
  port: LegPort,
  { carriers, door }: Surroundings,
  translated: readonly Translated[],
): Leg {
  const addresses = port.addresses.map(parseLegAddress);
  return {
    addresses,
    desired: {
      device,
      mac: formatMac(parseMac(port.macAddress)),
      mtu: port.mtu,
      attachment: attachmentOf(port, carriers),
      door,
      addresses: [
        ...addresses.map(({ text, network }) => ({ resource, address: `${text}/${network.prefixLength}` })),
        ...floatingAddresses(translated),
      ],
    },
  };
}

/** Each address once, for the first that it serves: port forwardings of one floating IP share it. */
function floatingAddresses(translated: readonly Translated[]): DesiredLeg["addresses"] {
  const served = new Map<string, Translated>();
  for (const each of translated) if (!served.has(each.floatingIp)) served.set(each.floatingIp, each);
  return [...served.values()].map(standingAddress);
}

const standingAddress = remembering(({ resource, floatingIp }: Translated) => ({
  resource,
  address: `${floatingIp}/32`,
}));

function attachmentOf({ networkId, portId }: LegPort, carriers: Carriers): Attachment {
  const carrier = requireCarrier(carriers, networkId);
  return carrier.kind === "bridge"
    ? { kind: "bridge", bridge: carrier.bridge, hostEnd: hostEnd(portId) }
    : { kind: "macvlan", parent: carrier.device };
}

function parseLegAddress(text: string): LegAddress {
  const [address = "", length = ""] = text.split("/");
  if (!/^[0-9]{1,3}$/.test(length)) throw new InvalidCidr(text, "expected ADDRESS/PREFIX such as 10.0.0.1/24");
  const parsed = parseIpAddress(address);
  return { text: formatIpAddress(parsed), network: cidrOf(parsed, Number(length)) };
}
