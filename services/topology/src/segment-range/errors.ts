import { DomainError } from "@rhumbline/event-sourcing";

export class SegmentInUse extends DomainError {
  readonly kind = "already-exists";
  readonly reason = "SEGMENT_IN_USE";

  constructor(range: string, segmentationId: number, networkId: string) {
    super(`segment ${segmentationId} of ${range} belongs to network ${networkId}`, {
      range,
      segmentationId: String(segmentationId),
      networkId,
    });
  }
}

export class SegmentsExhausted extends DomainError {
  readonly kind = "exhausted";
  readonly reason = "SEGMENTS_EXHAUSTED";

  constructor(range: string, first: number, last: number) {
    super(`no segment of ${range} is free between ${first} and ${last}`, { range });
  }
}
