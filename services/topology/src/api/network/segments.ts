import { NetworkType, type Segment } from "@rhumbline/proto/rhumbline/topology/v1/network";
import { segmentRanges } from "../../read-model/state.ts";
import type { SegmentRangeCommand } from "../../segment-range/commands.ts";
import { decideSegmentRange } from "../../segment-range/decide.ts";
import { flatRange, type SegmentRange, vlanRange, vxlanRange } from "../../segment-range/state.ts";
import type { SegmentWish } from "./segment-request.ts";

/** The range that a network's segment is of; undefined for one that has none. */
export function rangeOf(segment: Segment | undefined): string | undefined {
  switch (segment?.networkType) {
    case NetworkType.VXLAN:
      return vxlanRange;
    case NetworkType.FLAT:
      return flatRange(segment.physicalNetwork);
    case NetworkType.VLAN:
      return vlanRange(segment.physicalNetwork);
    default:
      return undefined;
  }
}

/** Whether somebody chose it: another segment than a network gets by itself. */
export const isChosen = (segment: Segment | undefined): boolean =>
  segment !== undefined &&
  (segment.physicalNetwork !== "" ||
    segment.segmentationId !== 0 ||
    (segment.networkType !== NetworkType.UNSPECIFIED && segment.networkType !== NetworkType.VXLAN));

/** What an executor takes: aggregate, id, decision. */
export const allocateSegment = (networkId: string, wish: SegmentWish) =>
  onRange({ type: "AllocateSegment", networkId, ...wish });

export const releaseSegment = (networkId: string, range: string) =>
  onRange({ type: "ReleaseSegment", networkId, range });

function onRange(command: SegmentRangeCommand) {
  return [segmentRanges, command.range, (present: SegmentRange) => decideSegmentRange(command, present)] as const;
}
