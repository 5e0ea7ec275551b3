import { type FieldChecks, fieldChecks } from "@rhumbline/grpc";
import { vxlanOverhead } from "@rhumbline/net";
import { type Network, NetworkStatus, NetworkType, type Segment } from "@rhumbline/proto/rhumbline/topology/v1/network";
import { parseDnsDomain } from "../dns-name.ts";
import { checkDescribed, checkNew, noStamps, requireGiven } from "../request-fields.ts";
import { type NetworkSettings, usualMtu } from "../settings.ts";
import { parseSegment, type SegmentWish } from "./segment-request.ts";

/** RFC 791: every link of IPv4 carries as much. */
const minMtu = 68;

export interface NewNetwork {
  /** Complete but for the id and an allocated segment. */
  readonly network: Network & { readonly segment: Segment };
  /** Absent: the network has none. */
  readonly segmentWish: SegmentWish | undefined;
}

/** @throws {InvalidFields} */
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
  const segmentWish = parseSegment(checks, { ...segment, networkType }, settings);
  checkMtu(checks, network.mtu, { ...segment, networkType }, settings);
  checks.done();
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
      return physicalNetworkMtu.get(segment.physicalNetwork) ?? usualMtu;
    case NetworkType.LOCAL:
      return usualMtu;
    default:
      return underlayMtu - vxlanOverhead(4);
  }
}

function checkMtu(checks: FieldChecks, mtu: number, segment: Segment | undefined, settings: NetworkSettings): void {
  const max = maxMtu(segment, settings);
  const fits = mtu === 0 || (mtu >= minMtu && mtu <= max);
  checks.require("network.mtu", fits, `${mtu} is outside ${minMtu} to ${max}; 0 stands for ${max}`);
}
