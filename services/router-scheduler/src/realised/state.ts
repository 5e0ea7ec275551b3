import { PersistentMap } from "@rhumbline/event-sourcing";

/** What a node has reported of its kernel. */
export interface Realised {
  /** The last report that the log has; the node counts them from 1 on, over all its starts. */
  readonly lastSeq: number;
  readonly incarnation: string;
  readonly bootId: string;
  /** Of the manifest that the last reported plan worked towards. */
  readonly appliedPosition: number;
  readonly lastReportTimeMs: number;
  /** By key (`router.<id>`). */
  readonly outcomes: PersistentMap<string, Outcome>;
}

/** How far the node came with one resource. */
export interface Outcome {
  /** Of the desired value. */
  readonly position: number;
  /** In the kernel's words; empty: it stands as desired. */
  readonly error: string;
  /** The error says what it waits for. */
  readonly waiting: boolean;
}

export const nothingRealised: Realised = {
  lastSeq: 0,
  incarnation: "",
  bootId: "",
  appliedPosition: 0,
  lastReportTimeMs: 0,
  outcomes: PersistentMap.empty(),
};
