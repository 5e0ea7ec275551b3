import { NotBuilt } from "@rhumbline/event-sourcing";
import { type FieldChecks, fieldChecks } from "@rhumbline/grpc";
import { type Network, NetworkStatus, NetworkType, type Segment } from "@rhumbline/proto/rhumbline/topology/v1/network";
import { flatRange, untagged, vxlanRange } from "../../segment-range/state.ts";
import { parseDnsDomain } from "../dns-name.ts";
import { checkDescribed, checkNew, noStamps, requireGiven } from "../request-fields.ts";
import { maxVni, type NetworkSettings, usualMtu } from "../settings.ts";

/** RFC 791: every link of IPv4 carries as much. */
const minMtu = 68;
/** Outer Ethernet, IPv4, UDP and VXLAN headers: RFC 7348 section 5. */
const vxlanOverhead = 50;
const physicalNetworkName = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;

/** A segment that the network must get from a range of them. */
export interface SegmentWish {
  readonly range: string;
  readonly wanted?: number;
  readonly first: number;
  readonly last: number;
}

export interface NewNetwork {
  /** Complete but for the id and an allocated segment. */
  readonly network: Network & { readonly segment: Segment };
  /** Absent: the network has none. */
  readonly segmentWish: SegmentWish | undefined;
}

/** @throws {InvalidFields} {NotBuilt} */
export function parseNewNetwork(
  given: Network | undefined,
  callerProject: string,
  settings: NetworkSettings,
): NewNetwork {
  const network = requireGiven("network", given);
  const segment = {
    networkType: NetworkType.UNSPECIFIED,
    physicalNetwork: "",
    segmentationId: 0,
    ...network.segment,
  } as Segment;
  const networkType = segment.networkType === NetworkType.UNSPECIFIED ? NetworkType.VXLAN : segment.networkType;
  const checks = fieldChecks();
  checkNew(checks, "network", network);
  const dnsDomain = parseDnsDomain(checks, "network.dns_domain", network.dnsDomain);
  const segmentWish = checkSegment(checks, { ...segment, networkType }, settings);
  checkMtu(checks, network.mtu, { ...segment, networkType }, settings);
  checks.done();
  if (networkType === NetworkType.VLAN) throw new NotBuilt("a network of type VLAN");
  return {
    network: {
      ...withDefaults(network, { ...segment, networkType }, settings),
      projectId: network.projectId || callerProject,
      dnsDomain,
      segment: { ...segment, networkType },
    },
    segmentWish,
  };
}

/** The new values of an update, with defaults for what is left open.
 *  @throws {InvalidFields} */
export function parseNetworkValues(given: Network, present: Network, settings: NetworkSettings): Network {
  const checks = fieldChecks();
  const { id, projectId, segment } = present;
  checkDescribed(checks, "network", given);
  checkMtu(checks, given.mtu, segment, settings);
  const dnsDomain = parseDnsDomain(checks, "network.dns_domain", given.dnsDomain);
  checks.done();
  return { ...withDefaults(given, segment, settings), id, projectId, segment, dnsDomain };
}

function withDefaults(network: Network, segment: Segment | undefined, settings: NetworkSettings): Network {
  return {
    ...network,
    adminStateUp: network.adminStateUp ?? true,
    mtu: network.mtu || maxMtu(segment, settings),
    status: NetworkStatus.UNSPECIFIED,
    ...noStamps,
  };
}

/** What the segment leaves: VXLAN travels between the nodes, the others through what a physical network or one node has. */
function maxMtu(segment: Segment | undefined, { underlayMtu, physicalNetworkMtu }: NetworkSettings): number {
  switch (segment?.networkType) {
    case NetworkType.FLAT:
    case NetworkType.VLAN:
      return physicalNetworkMtu[segment.physicalNetwork] ?? usualMtu;
    case NetworkType.LOCAL:
      return usualMtu;
    default:
      return underlayMtu - vxlanOverhead;
  }
}

function checkMtu(checks: FieldChecks, mtu: number, segment: Segment | undefined, settings: NetworkSettings): void {
  const max = maxMtu(segment, settings);
  const fits = mtu === 0 || (mtu >= minMtu && mtu <= max);
  checks.require("network.mtu", fits, `${mtu} is outside ${minMtu} to ${max}; 0 stands for ${max}`);
}

function checkSegment(checks: FieldChecks, segment: Segment, settings: NetworkSettings): SegmentWish | undefined {
  const { networkType, physicalNetwork, segmentationId } = segment;
  const physical = networkType === NetworkType.FLAT || networkType === NetworkType.VLAN;
  const physicalField = "network.segment.physical_network";
  if (physical) checks.require(physicalField, physicalNetworkName.test(physicalNetwork), physicalNetworkHint);
  else checks.require(physicalField, physicalNetwork === "", "only flat and VLAN networks have one");
  const idField = "network.segment.segmentation_id";
  switch (networkType) {
    case NetworkType.VXLAN: {
      const isVni = segmentationId >= 0 && segmentationId <= maxVni;
      checks.require(idField, isVni, `${segmentationId} is no VNI: 1 to ${maxVni}, or 0 for the next free one`);
      return { range: vxlanRange, ...settings.vniRange, ...(segmentationId > 0 && { wanted: segmentationId }) };
    }
    case NetworkType.FLAT:
      checks.require(idField, segmentationId === 0, "a flat network has none");
      return { range: flatRange(physicalNetwork), wanted: untagged, first: untagged, last: untagged };
    case NetworkType.LOCAL:
      checks.require(idField, segmentationId === 0, "a local network has none");
      return undefined;
    default:
      return undefined;
  }
}

const physicalNetworkHint =
  'is required: a name that nodes map to a bridge or device ("physnet1"), of letters, digits, "_", "." and "-"';
