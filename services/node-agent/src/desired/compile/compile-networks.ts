import type { DesiredDhcp, DesiredNetwork, DesiredPort } from "@rhumbline/proto/rhumbline/agent/v1/desired";
import { following, type Group, grouping, type Lookup, spreading, uniting } from "../../observed/following.ts";
import { rememberingLast } from "../../observed/remember.ts";
import { bridgeSysctls } from "../bridge-sysctls.ts";
import type { DesiredBridge, DesiredOverlay, DesiredPatch, DesiredVlan } from "../desired-kernel.ts";
import { bridgeMac, patchDevice, patchPeer, patchPeerMac, vlanDevice, vxlanDevice } from "../device-names.ts";
import type { HostFacts } from "../host-facts.ts";
import { type ResourceKey, resourceKey } from "../resource-key.ts";
import type { Errors } from "./attempt.ts";
import { type Carrier, carrierOf, innerCarrierOf } from "./carriers.ts";
import { type KnownPorts, portsKnower } from "./known-ports.ts";
import type { SortedResources } from "./sort-resources.ts";

/** What the networks ask of this host. */
export interface CompiledNetworks {
  readonly bridges: ReadonlyMap<string, DesiredBridge>;
  readonly overlays: ReadonlyMap<string, DesiredOverlay>;
  readonly vlans: ReadonlyMap<string, DesiredVlan>;
  readonly patches: ReadonlyMap<string, DesiredPatch>;
  /** Of routers' legs. */
  readonly carriers: ReadonlyMap<ResourceKey, Carrier | string>;
  /** Of everything else. */
  readonly innerCarriers: ReadonlyMap<ResourceKey, Carrier | string>;
  /** The ports of instances, by the key of their network. */
  readonly portsByNetwork: ReadonlyMap<ResourceKey, Group<DesiredPort>>;
  readonly errors: Errors;
}

/** Compiles the networks of a host. One that can't be realised here goes into the errors. */
export function networksCompiler(host: HostFacts): (sorted: SortedResources, before: Errors) => CompiledNetworks {
  const knownPorts = portsKnower();
  const portsIn = grouping(({ networkId }: DesiredPort) => [resourceKey("network", networkId)]);
  const compiled = following(
    (
      key,
      networks: Lookup<DesiredNetwork>,
      errors: Lookup<string>,
      known: Lookup<KnownPorts>,
      portsByNetwork: Lookup<Group<DesiredPort>>,
      dhcpServers: Lookup<DesiredDhcp>,
    ) => {
      const network = networks.get(key);
      if (network === undefined) return undefined;
      const ports = [...(portsByNetwork.get(key)?.values() ?? [])];
      const surroundings: Surroundings = {
        host,
        refused: errors.get(key),
        inhabited: ports.length > 0 || dhcpServers.has(resourceKey("dhcp", network.networkId)),
        tracked: ports.some(({ portSecurity }) => portSecurity),
        known: known.get(key),
      };
      return asLastTime(network, Object.values(surroundings), () => compileNetwork(key, network, surroundings));
    },
  );
  const refused = following((key, networks: Lookup<CompiledNetwork>) => {
    const carrier = networks.get(key)?.carrier;
    return typeof carrier === "string" ? carrier : undefined;
  });
  const errorsAfter = uniting<string>();
  const bridges = spreading(({ bridge }: CompiledNetwork) => (bridge ? [[bridge.name, bridge] as const] : []));
  const overlays = spreading(({ overlay }: CompiledNetwork) => (overlay ? [[overlay.device, overlay] as const] : []));
  const vlans = spreading(({ vlan }: CompiledNetwork) => (vlan ? [[vlan.device, vlan] as const] : []));
  const patches = spreading(({ patch }: CompiledNetwork) => (patch ? [[patch.device, patch] as const] : []));
  const carriers = following((key, networks: Lookup<CompiledNetwork>) => networks.get(key)?.carrier);
  const innerCarriers = following((key, networks: Lookup<CompiledNetwork>) => networks.get(key)?.innerCarrier);
  return (sorted, before) => {
    const known = knownPorts(sorted, before);
    const portsByNetwork = portsIn(sorted.ports);
    const made = compiled(sorted.networks, known.errors, known.byNetwork, portsByNetwork, sorted.dhcpServers);
    return {
      bridges: bridges(made),
      overlays: overlays(made),
      vlans: vlans(made),
      patches: patches(made),
      carriers: carriers(made),
      innerCarriers: innerCarriers(made),
      portsByNetwork,
      errors: errorsAfter(known.errors, refused(made)),
    };
  };
}

/** What a network is compiled by besides itself. */
interface Surroundings {
  readonly host: HostFacts;
  /** Why it can't be realised, if that is known already. */
  readonly refused: string | undefined;
  /** Instances or DHCP servers are in it. */
  readonly inhabited: boolean;
  /** Some of them are filtered. */
  readonly tracked: boolean;
  readonly known: KnownPorts | undefined;
}

interface CompiledNetwork {
  readonly carrier: Carrier | string;
  readonly innerCarrier: Carrier | string;
  readonly bridge?: DesiredBridge;
  readonly overlay?: DesiredOverlay;
  readonly vlan?: DesiredVlan;
  readonly patch?: DesiredPatch;
}

const asLastTime = rememberingLast<DesiredNetwork, CompiledNetwork>();

function compileNetwork(
  resource: ResourceKey,
  network: DesiredNetwork,
  { host, refused, inhabited, tracked, known }: Surroundings,
): CompiledNetwork {
  const carrier = refused ?? carrierOf(network, host);
  if (typeof carrier === "string") return { carrier, innerCarrier: carrier };
  const innerCarrier = innerCarrierOf(network, carrier);
  if (innerCarrier.kind !== "bridge" || carrier.kind !== "bridge") return { carrier, innerCarrier };
  const { bridge: name, vlanParent } = innerCarrier;
  const isPatched = carrier.bridge !== name;
  if (isPatched && !inhabited) return { carrier, innerCarrier };
  return {
    carrier,
    innerCarrier,
    bridge: { ...bridgeOf(resource, network, name, known), tracked },
    ...(isPatched && { patch: patchOf(resource, network, name, carrier.bridge) }),
    ...(network.networkType === "vxlan" && { overlay: overlayOf(resource, network, name, host, known) }),
    ...(vlanParent !== undefined && { vlan: vlanOf(resource, network, name, vlanParent) }),
  };
}

function bridgeOf(
  resource: ResourceKey,
  { networkId, mtu, adminStateUp: up }: DesiredNetwork,
  name: string,
  known: KnownPorts | undefined,
): Omit<DesiredBridge, "tracked"> {
  // A bridge that is down forgets its neighbours.
  const neighbours: DesiredBridge["neighbours"] = (up && known?.neighbours) || new Map();
  const answersIpv6 = [...neighbours.keys()].some((address) => address.includes(":"));
  const mac = bridgeMac(networkId);
  return { resource, name, mac, mtu, up, sysctls: bridgeSysctls(name, { answersIpv6 }), neighbours };
}

function overlayOf(
  resource: ResourceKey,
  { segmentationId: vni, mtu, adminStateUp: up, tunnelPeers }: DesiredNetwork,
  bridge: string,
  { tunnelIp }: HostFacts,
  known: KnownPorts | undefined,
): DesiredOverlay {
  const forwarding = known?.forwarding ?? new Map();
  const device = vxlanDevice(vni);
  return { resource, device, bridge, vni, tunnelIp, mtu, up, peers: new Set(tunnelPeers), forwarding };
}

function vlanOf(
  resource: ResourceKey,
  { networkId, segmentationId: vlanId, mtu, adminStateUp: up }: DesiredNetwork,
  bridge: string,
  parent: string,
): DesiredVlan {
  return { resource, device: vlanDevice(networkId), bridge, parent, vlanId, mtu, up };
}

function patchOf(
  resource: ResourceKey,
  { networkId, mtu, adminStateUp: up }: DesiredNetwork,
  bridge: string,
  operatorsBridge: string,
): DesiredPatch {
  const [device, peer, peerMac] = [patchDevice(networkId), patchPeer(networkId), patchPeerMac(networkId)];
  return { resource, device, bridge, peer, peerMac, operatorsBridge, mtu, up };
}
