import type { NodeReport } from "@rhumbline/proto/rhumbline/agent/v1/report";
import {
  type KernelChange,
  NodeChangesApplied,
  NodeReportsLost,
  NodeStarted,
} from "@rhumbline/proto/rhumbline/scheduler/v1/realised_events";

/** What one report says of the kernel: what came, changed or went; or that nothing told before holds. */
export interface Told {
  /** Another one than before: the kernel began anew, with nothing. */
  readonly bootId?: string;
  /** All that stands: what was told before may be wrong. */
  readonly all?: readonly KernelChange[];
  readonly changes?: readonly KernelChange[];
}

export function toldBy({ report }: NodeReport): Told {
  switch (report?.$case) {
    case "started":
      return { bootId: report.value.bootId };
    case "changes":
      return { changes: changesOf(report.value) };
    case "lost":
      return { all: report.value.observed };
    default:
      return {};
  }
}

/** An event of stream `realised-<nodeId>`, by its type and its message as JSON. */
export function toldInLog(type: string, data: unknown): Told {
  switch (type) {
    case "NodeStarted":
      return { bootId: NodeStarted.fromJSON(data).bootId };
    case "NodeChangesApplied":
      return { changes: changesOf(NodeChangesApplied.fromJSON(data)) };
    case "NodeReportsLost":
      return { all: NodeReportsLost.fromJSON(data).observed };
    default:
      throw new Error(`a node's reports have no ${type}`);
  }
}

const changesOf = ({ operations }: NodeChangesApplied): KernelChange[] => operations.flatMap(({ changes }) => changes);

/** What stands in the kernel when all of it is true. */
export function standingAfter(reports: readonly Told[]): KernelChange[] {
  const standing = new Map<string, KernelChange>();
  const put = (change: KernelChange): void => {
    const name = `${change.netns}|${change.kind}|${change.key}`;
    if (change.value === "") standing.delete(name);
    else standing.set(name, change);
  };
  let boot: string | undefined;
  for (const { bootId, all, changes = [] } of reports) {
    if (all !== undefined || (bootId !== undefined && bootId !== boot)) standing.clear();
    boot = bootId ?? boot;
    [...(all ?? []), ...changes].forEach(put);
  }
  return [...standing.values()];
}
