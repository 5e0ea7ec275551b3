import type { SegmentAllocated, SegmentReleased } from "@rhumbline/proto/rhumbline/topology/v1/topology_events";

/** Stream `segmentRange-<range>`. */
export type SegmentRangeEvent =
  | { readonly type: "SegmentAllocated"; readonly data: SegmentAllocated }
  | { readonly type: "SegmentReleased"; readonly data: SegmentReleased };
