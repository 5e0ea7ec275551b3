import type { FieldChecks } from "@rhumbline/grpc";
import { NetworkType, type Segment } from "@rhumbline/proto/rhumbline/topology/v1/network";
import { flatRange, untagged, vlanRange, vxlanRange } from "../../segment-range/state.ts";
import { maxVlanId, maxVni, type NetworkSettings, physicalNetworkName } from "../settings.ts";

/** A segment that the network must get from a range of them. */
export interface SegmentWish {
  readonly range: string;
  readonly wanted?: number;
  readonly first: number;
  readonly last: number;
}

/** What a network of the segment asks for; undefined: it has none, or the segment is refused. */
export function parseSegment(
  checks: FieldChecks,
  segment: Segment,
  settings: NetworkSettings,
): SegmentWish | undefined {
  checkPhysicalNetwork(checks, segment);
  const { networkType, physicalNetwork, segmentationId } = segment;
  const wanted = segmentationId > 0 ? { wanted: segmentationId } : {};
  switch (networkType) {
    case NetworkType.VXLAN: {
      const isVni = segmentationId >= 0 && segmentationId <= maxVni;
      checks.require(idField, isVni, `${segmentationId} is no VNI: 1 to ${maxVni}, or 0 for the next free one`);
      return { range: vxlanRange, ...settings.vniRange, ...wanted };
    }
    case NetworkType.VLAN: {
      const isVlanId = segmentationId >= 0 && segmentationId <= maxVlanId;
      checks.require(idField, isVlanId, `${segmentationId} is no VLAN id: 1 to ${maxVlanId}`);
      const managed = settings.vlanRange.get(physicalNetwork);
      const isTold = segmentationId !== 0 || managed !== undefined || physicalNetwork === "";
      checks.require(idField, isTold, unmanaged(physicalNetwork, settings));
      return { range: vlanRange(physicalNetwork), ...(managed ?? everyVlanId), ...wanted };
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

const idField = "network.segment.segmentation_id";
const everyVlanId = { first: 1, last: maxVlanId };

function checkPhysicalNetwork(checks: FieldChecks, { networkType, physicalNetwork }: Segment): void {
  const field = "network.segment.physical_network";
  const isPhysical = networkType === NetworkType.FLAT || networkType === NetworkType.VLAN;
  if (isPhysical) checks.require(field, physicalNetworkName.test(physicalNetwork), physicalNetworkHint);
  else checks.require(field, physicalNetwork === "", "only flat and VLAN networks have one");
}

const physicalNetworkHint =
  'is required: a name that nodes map to a bridge or device ("physnet1"), of letters, digits, "_", "." and "-"';

function unmanaged(physicalNetwork: string, { vlanRange: ranges }: NetworkSettings): string {
  const managed = [...ranges.keys()].join(", ") || "none";
  return `is required, 1 to ${maxVlanId}: there is no range of VLAN ids for physical network ${physicalNetwork} (topology's --vlan-range has: ${managed})`;
}
