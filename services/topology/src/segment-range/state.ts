import { PersistentMap } from "@rhumbline/event-sourcing";

/** Which network holds which segment of one kind: all VNIs, a physical network's VLAN ids, or its one untagged segment. */
export interface SegmentRange {
  readonly networkBySegment: PersistentMap<number, string>;
  readonly segmentByNetwork: PersistentMap<string, number>;
  /** Runs of segments that were held at least once, each as its last → its first; no two of them touch. */
  readonly usedRuns: PersistentMap<number, number>;
  /** Segments free again, by the revision of their release: the least recently freed comes first. */
  readonly freedByRevision: PersistentMap<number, number>;
  readonly revisionByFreed: PersistentMap<number, number>;
}

/** A range is never made: it is there, and empty. */
export const emptySegmentRange: SegmentRange = {
  networkBySegment: PersistentMap.empty(),
  segmentByNetwork: PersistentMap.empty(),
  usedRuns: PersistentMap.empty(),
  freedByRevision: PersistentMap.empty(),
  revisionByFreed: PersistentMap.empty(),
};

/** Range of the VNIs. */
export const vxlanRange = "vxlan";

/** Range of a physical network's untagged frames, which holds one segment: `untagged`. */
export const flatRange = (physicalNetwork: string): string => `flat.${physicalNetwork}`;
export const untagged = 0;

/** Range of a physical network's VLAN ids (IEEE 802.1Q). */
export const vlanRange = (physicalNetwork: string): string => `vlan.${physicalNetwork}`;
