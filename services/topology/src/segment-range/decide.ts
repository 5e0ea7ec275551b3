import type { AllocateSegment, ReleaseSegment, SegmentRangeCommand } from "./commands.ts";
import { SegmentInUse, SegmentsExhausted } from "./errors.ts";
import type { SegmentRangeEvent } from "./events.ts";
import type { SegmentRange } from "./state.ts";

/** @throws {SegmentInUse} {SegmentsExhausted} */
export function decideSegmentRange(command: SegmentRangeCommand, range: SegmentRange): SegmentRangeEvent[] {
  switch (command.type) {
    case "AllocateSegment":
      return allocateSegment(command, range);
    case "ReleaseSegment":
      return releaseSegment(command, range);
    default:
      return command satisfies never;
  }
}

function allocateSegment(command: AllocateSegment, present: SegmentRange): SegmentRangeEvent[] {
  const { range, networkId, wanted, first, last } = command;
  if (present.segmentByNetwork.has(networkId)) return []; // asked twice: nothing to do
  const segmentationId = wanted ?? nextFree(present, first, last);
  if (segmentationId === undefined) throw new SegmentsExhausted(range, first, last);
  const holder = present.networkBySegment.get(segmentationId);
  if (holder !== undefined) throw new SegmentInUse(range, segmentationId, holder);
  return [{ type: "SegmentAllocated", data: { range, networkId, segmentationId } }];
}

function releaseSegment({ range, networkId }: ReleaseSegment, present: SegmentRange): SegmentRangeEvent[] {
  const segmentationId = present.segmentByNetwork.get(networkId);
  if (segmentationId === undefined) return [];
  return [{ type: "SegmentReleased", data: { range, networkId, segmentationId } }];
}

/** The lowest that nobody ever held; with none left, the least recently freed: a node that is late to forget a segment
 *  is the less likely to mix two networks' frames. */
function nextFree(range: SegmentRange, first: number, last: number): number | undefined {
  const [runLast, runFirst] = range.usedRuns.firstFrom(first) ?? [0, Number.POSITIVE_INFINITY];
  const neverHeld = runFirst <= first ? runLast + 1 : first;
  if (neverHeld <= last) return neverHeld;
  for (const [, freed] of range.freedByRevision.entries()) if (freed >= first && freed <= last) return freed;
  return undefined;
}
