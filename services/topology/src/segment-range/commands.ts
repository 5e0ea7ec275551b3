export interface AllocateSegment {
  readonly type: "AllocateSegment";
  readonly range: string;
  readonly networkId: string;
  /** Absent: the next free one between `first` and `last`, both included. */
  readonly wanted?: number;
  readonly first: number;
  readonly last: number;
}

export interface ReleaseSegment {
  readonly type: "ReleaseSegment";
  readonly range: string;
  readonly networkId: string;
}

export type SegmentRangeCommand = AllocateSegment | ReleaseSegment;
