import type { DesiredNetwork } from "@rhumbline/proto/rhumbline/agent/v1/desired";
import type { Lookup } from "../../observed/following.ts";
import { networkBridge } from "../device-names.ts";
import type { BridgeMapping, HostFacts } from "../host-facts.ts";
import { resourceKey } from "../resource-key.ts";

/** What the legs of routers are plugged into. */
export type Carrier = BridgeMapping & {
  /** Of a VLAN network: the operator's bridge or device that its tagged frames go through. */
  readonly vlanParent?: string;
};

/** Network's key -> its carrier on this host, or why there is none. */
export type Carriers = Lookup<Carrier | string>;

/** What the instances and DHCP servers of a network are plugged into: a bridge of ours, whose filters and connections are the
 *  network's alone. The operator's carries other traffic too. */
export function innerCarrierOf({ networkType, networkId }: DesiredNetwork, carrier: Carrier): Carrier {
  const isOperators = networkType === "flat" && carrier.kind === "bridge";
  return isOperators ? { kind: "bridge", bridge: networkBridge(networkId) } : carrier;
}

/** A carrier, or why there is none. */
export function carrierOf(network: DesiredNetwork, host: HostFacts): Carrier | string {
  const { networkType, networkId, physicalNetwork } = network;
  const own = { kind: "bridge", bridge: networkBridge(networkId) } as const;
  switch (networkType) {
    case "vxlan":
      if (host.tunnelIp === "") return "this node takes no part in overlays: its agent was started without --tunnel-ip";
      return lack("vxlan", "VXLAN devices", host) ?? own;
    case "vlan": {
      const mapping = mappingOf(physicalNetwork, host);
      if (typeof mapping === "string") return mapping;
      const vlanParent = mapping.kind === "bridge" ? mapping.bridge : mapping.device;
      return lack("vlan", "VLAN devices (802.1q)", host) ?? { ...own, vlanParent };
    }
    case "local":
      return own;
    case "flat":
      return mappingOf(physicalNetwork, host);
    default:
      return `this node can't realise networks of type ${networkType}`;
  }
}

function lack(kind: "vlan" | "vxlan", devices: string, { lacks }: HostFacts): string | undefined {
  const words = lacks.get(kind);
  return words === undefined ? undefined : `this node's kernel makes no ${devices}: ${words}`;
}

function mappingOf(physicalNetwork: string, { bridgeMappings }: HostFacts): BridgeMapping | string {
  const mapped = [...bridgeMappings.keys()].join(", ") || "none";
  return (
    bridgeMappings.get(physicalNetwork) ??
    `physical network ${physicalNetwork} has no bridge mapping on this node (mapped: ${mapped})`
  );
}

/** @throws Error when the network isn't carried on this host. */
export function requireCarrier(carriers: Carriers, networkId: string): Carrier {
  const carrier = carriers.get(resourceKey("network", networkId));
  if (carrier === undefined) throw new Error(`network ${networkId} isn't realised on this node`);
  if (typeof carrier === "string") throw new Error(`network ${networkId} isn't realised on this node: ${carrier}`);
  return carrier;
}
