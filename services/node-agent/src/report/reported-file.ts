import { join } from "node:path";
import type { Version } from "@rhumbline/messaging";
import { KernelChange } from "@rhumbline/proto/rhumbline/scheduler/v1/realised_events";
import { readChecked, writeChecked } from "../store/atomic-file.ts";

export interface ReportedOutcome {
  readonly position: number;
  readonly error: string;
}

/** What the log will know of this node once the spool is delivered: the next report says what differs from it. */
export interface Reported {
  /** Another boot id makes the log forget what this node realised before. */
  readonly bootId: string;
  /** Of the last manifest applied. */
  readonly applied: Version | undefined;
  /** Every kernel object of ours. */
  readonly objects: readonly KernelChange[];
  /** Of each desired key. */
  readonly outcomes: ReadonlyMap<string, ReportedOutcome>;
}

interface Kept {
  readonly bootId: string;
  readonly applied?: Version;
  readonly objects: readonly unknown[];
  readonly outcomes: readonly (readonly [string, ReportedOutcome])[];
}

export function keepReported(folder: string, { bootId, applied, objects, outcomes }: Reported): void {
  const kept: Kept = {
    bootId,
    ...(applied === undefined ? {} : { applied }),
    objects: objects.map((change) => KernelChange.toJSON(change)),
    outcomes: [...outcomes],
  };
  writeChecked(fileIn(folder), kept);
}

/** Nothing is known of what was reported under another boot id, or where the file is missing or damaged: everything is
 *  reported once more, which changes nothing in the fold of it. */
export function keptReported(folder: string, bootId: string): Reported {
  const kept = readChecked(fileIn(folder)) as Kept | undefined;
  if (kept === undefined) return { bootId, applied: undefined, objects: [], outcomes: new Map() };
  if (kept.bootId !== bootId) return { bootId, applied: kept.applied, objects: [], outcomes: new Map() };
  return {
    bootId,
    applied: kept.applied,
    objects: kept.objects.map((change) => KernelChange.fromJSON(change)),
    outcomes: new Map(kept.outcomes),
  };
}

function fileIn(folder: string): string {
  return join(folder, "reported");
}
