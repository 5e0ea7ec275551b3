import type { PersistentMap, Stamp } from "@rhumbline/event-sourcing";
import type { SegmentRangeEvent } from "./events.ts";
import type { SegmentRange } from "./state.ts";

export function evolveSegmentRange(state: SegmentRange, event: SegmentRangeEvent, stamp: Stamp): SegmentRange {
  const { networkId, segmentationId } = event.data;
  switch (event.type) {
    case "SegmentAllocated": {
      const freedAt = state.revisionByFreed.get(segmentationId);
      return {
        networkBySegment: state.networkBySegment.with(segmentationId, networkId),
        segmentByNetwork: state.segmentByNetwork.with(networkId, segmentationId),
        usedRuns: freedAt === undefined ? withUsed(state.usedRuns, segmentationId) : state.usedRuns,
        freedByRevision: freedAt === undefined ? state.freedByRevision : state.freedByRevision.without(freedAt),
        revisionByFreed: state.revisionByFreed.without(segmentationId),
      };
    }
    case "SegmentReleased":
      return {
        ...state,
        networkBySegment: state.networkBySegment.without(segmentationId),
        segmentByNetwork: state.segmentByNetwork.without(networkId),
        freedByRevision: state.freedByRevision.with(stamp.revision, segmentationId),
        revisionByFreed: state.revisionByFreed.with(segmentationId, stamp.revision),
      };
    default:
      return event satisfies never;
  }
}

/** Joins the segment with the runs it touches. */
function withUsed(runs: PersistentMap<number, number>, segment: number): PersistentMap<number, number> {
  const [nextLast, nextFirst] = runs.firstFrom(segment) ?? [segment, segment];
  const joinsNext = nextFirst === segment + 1;
  const first = runs.get(segment - 1) ?? segment;
  return runs.without(segment - 1).with(joinsNext ? nextLast : segment, first);
}
