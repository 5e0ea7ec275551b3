import { given } from "@rhumbline/event-sourcing/testing";
import { test } from "vitest";
import { decideSegmentRange } from "./decide.ts";
import type { SegmentRangeEvent } from "./events.ts";
import { evolveSegmentRange } from "./evolve.ts";
import { emptySegmentRange } from "./state.ts";

const decider = { initial: emptySegmentRange, decide: decideSegmentRange, evolve: evolveSegmentRange };
const got = (networkId: string, segmentationId: number): SegmentRangeEvent => ({
  type: "SegmentAllocated",
  data: { range: "vxlan", networkId, segmentationId },
});
const gave = (networkId: string, segmentationId: number): SegmentRangeEvent => ({
  type: "SegmentReleased",
  data: { range: "vxlan", networkId, segmentationId },
});
const allocate = (networkId: string, wanted?: number, first = 1, last = 4) =>
  ({ type: "AllocateSegment", range: "vxlan", networkId, first, last, ...(wanted && { wanted }) }) as const;

test("the lowest VNI that no network ever had comes first", () => {
  given(decider).when(allocate("n1")).then(got("n1", 1));
  given(decider, got("n1", 1), got("n2", 3)).when(allocate("n3")).then(got("n3", 2));
  given(decider, got("n1", 1), got("n2", 3), got("n3", 2)).when(allocate("n4")).then(got("n4", 4));
});

test("a freed VNI rests as long as others were never used", () => {
  given(decider, got("n1", 1), gave("n1", 1)).when(allocate("n2")).then(got("n2", 2));
});

test("with none left unused, the least recently freed comes first", () => {
  const all = [1, 2, 3, 4].map((vni) => got(`n${vni}`, vni));
  given(decider, ...all, gave("n3", 3), gave("n1", 1))
    .when(allocate("n5"))
    .then(got("n5", 3));
  given(decider, ...all, gave("n3", 3), gave("n1", 1), got("n5", 3))
    .when(allocate("n6"))
    .then(got("n6", 1));
});

test("a range begins where the operator says, whatever was asked for by name", () => {
  given(decider, got("n1", 7))
    .when(allocate("n2", undefined, 5, 9))
    .then(got("n2", 5));
  given(decider, got("n1", 5), got("n2", 6))
    .when(allocate("n3", undefined, 5, 9))
    .then(got("n3", 7));
});

test("a VNI asked for by name is given when it is free, outside the range too", () => {
  given(decider, got("n1", 1)).when(allocate("n2", 1)).refused("SEGMENT_IN_USE");
  given(decider).when(allocate("n1", 4_000)).then(got("n1", 4_000));
  given(decider, got("n1", 2), gave("n1", 2)).when(allocate("n2", 2)).then(got("n2", 2));
});

test("a range that is used up says so", () => {
  const all = [1, 2, 3, 4].map((vni) => got(`n${vni}`, vni));
  given(decider, ...all)
    .when(allocate("n5"))
    .refused("SEGMENTS_EXHAUSTED");
});

test("what is asked for twice is given once, and given back once", () => {
  given(decider, got("n1", 1)).when(allocate("n1")).nothing();
  const release = { type: "ReleaseSegment", range: "vxlan", networkId: "n1" } as const;
  given(decider, got("n1", 1)).when(release).then(gave("n1", 1));
  given(decider, got("n1", 1), gave("n1", 1)).when(release).nothing();
});
