import type { RecordReport } from "./commands.ts";
import type { RealisedEvent } from "./events.ts";
import type { Realised } from "./state.ts";

/** Reports are taken in the order of their seq, each once: a repeat leads to nothing, and so does one behind a hole, which
 *  the node fills by sending again what follows `lastSeq`. */
export function decideRealised({ report }: RecordReport, { lastSeq }: Realised): readonly RealisedEvent[] {
  return lastSeq < report.data.seq && firstSeqOf(report) <= lastSeq + 1 ? [report] : [];
}

/** A report of lost ones stands for all of them. */
function firstSeqOf({ type, data }: RealisedEvent): number {
  return type === "NodeReportsLost" ? Math.min(data.fromSeq, data.seq) : data.seq;
}
