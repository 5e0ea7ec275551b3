import { PersistentMap } from "@rhumbline/event-sourcing";
import type { Version } from "@rhumbline/messaging";
import type { Causation } from "@rhumbline/proto/rhumbline/agent/v1/desired";
import type { NodeReport } from "@rhumbline/proto/rhumbline/agent/v1/report";
import {
  type ExecutedOperation,
  type KernelChange,
  OperationOutcome,
  type Trigger,
} from "@rhumbline/proto/rhumbline/scheduler/v1/realised_events";
import { objectsOf } from "../observed/kernel-objects.ts";
import type { ObservedKernel } from "../observed/observed-kernel.ts";
import { partsOf, slicesOf } from "./report-parts.ts";
import { type Reported, ReportedFile } from "./reported-file.ts";
import { ReportedObjects } from "./reported-objects.ts";
import type { PlannedOperation, Spool, SpooledPlan } from "./spool.ts";
import { Unreported } from "./unreported.ts";
import { type OutcomeChanges, type OutcomeStanding, UnreportedOutcomes } from "./unreported-outcomes.ts";

/** Who reports: the same in every report of one process. */
export interface Reporter {
  readonly nodeId: string;
  /** A UUID made at this start of the agent. */
  readonly incarnation: string;
  readonly bootId: string;
  readonly agentVersion: string;
  /** Of the rules of routers: "iptables" or "nftables". */
  readonly backend: string;
}

/** What led to a report. */
export interface ReportCause {
  readonly version: Version;
  readonly trigger: Trigger;
  readonly causation: Causation | undefined;
  /** W3C trace context of the span that did the work. */
  readonly traceparent: string | undefined;
}

/** One plan and its outcome, or a change that somebody else made. */
export interface Outcome extends OutcomeChanges {
  readonly cause: ReportCause;
  readonly operations: readonly ExecutedOperation[];
  /** The manifest that stands with it. */
  readonly applied?: Version;
  /** How often the same drift was repaired since the last report; 0 where it was none. */
  readonly count: number;
}

/** Turns what happens on this node into reports, and remembers what was reported: only differences are. */
export class NodeReporter {
  readonly #file: ReportedFile;
  readonly #who: Reporter;
  readonly #spool: Spool;
  readonly #unreported = new Unreported();
  readonly #unreportedOutcomes = new UnreportedOutcomes();
  /** The log has to hear of a start before it hears of the kernel after it: another boot id empties what it knows. */
  #startIsUntold = false;

  constructor(folder: string, who: Reporter, spool: Spool) {
    this.#file = ReportedFile.in(folder, who.bootId);
    this.#who = who;
    this.#spool = spool;
  }

  get reported(): Reported {
    return this.#file.reported;
  }

  /** A plan of an earlier process whose outcome nobody knows. */
  get openPlan(): SpooledPlan | undefined {
    return this.#spool.openPlan;
  }

  /** Reports were lost, and there is room to say so. */
  get owesLoss(): boolean {
    return this.#spool.lost !== undefined && this.#spool.hasRoomFor(lossBytes);
  }

  /** To be called once, before anything else is reported. */
  started(): void {
    this.#startIsUntold = !this.#spool.report([this.#startReport(this.#spool.nextSeq)]);
  }

  /** To be called before the plan's first operation. */
  planned(operations: readonly PlannedOperation[]): void {
    this.#spool.plan({ operations });
  }

  /** What changed in the kernel since the last report, by nobody that we know of. */
  unreported(standing: ObservedKernel): KernelChange[] {
    return this.#unreported.between(this.reported.objects, standing);
  }

  /** Finds out of a kernel that is still being read what `unreported` will ask. */
  foresee(read: ObservedKernel): void {
    this.#unreported.foresee(this.reported.objects, read);
  }

  /** How desired keys stand otherwise than was reported. */
  unreportedOutcomes(standing: OutcomeStanding): OutcomeChanges {
    return this.#unreportedOutcomes.between(this.reported.outcomes, standing);
  }

  /** Spools an outcome, ends the plan that was open, and takes it as reported.
   *  @param standing the kernel after it: all that is ours in it is sent where reports before it were lost. */
  outcome(outcome: Outcome, standing: ObservedKernel): void {
    const lost = this.#spool.lost;
    const objects = lost === undefined ? [] : objectsOf(standing);
    const kept =
      lost === undefined
        ? this.#spool.outcome(this.#reportsOf(outcome, this.#spool.nextSeq))
        : this.#spool.outcomeOfLoss(this.#lossAnd(outcome, objects));
    if (!kept) return; // What was not kept is still unreported, and the next outcome says it again.
    this.#startIsUntold = false;
    const changes = outcome.operations.flatMap((operation) => operation.changes);
    const { forgotten } = outcome;
    const outcomes = outcome.resources.map(({ key, position, error }) => [key, { position, error }] as const);
    const { applied } = outcome;
    const told = {
      ...this.reported,
      ...(applied && !this.#isOfOtherLog(applied) && { applied }),
      objects: lost === undefined ? this.reported.objects.with(changes) : ReportedObjects.none.with(objects),
      outcomes: this.reported.outcomes.withAll([...forgotten.map((key) => [key, undefined] as const), ...outcomes]),
    };
    this.#file.keep(told, lost === undefined ? { objects: changes, outcomes, forgotten } : undefined);
  }

  /** Ends the open plan without a report: it came to nothing that was not reported before. */
  nothingNew(): void {
    if (this.#spool.openPlan !== undefined) this.#spool.outcome([]);
  }

  /** To be called after what an outcome says of it, if there is one. */
  applied(version: Version): void {
    const before = this.reported.applied;
    const same =
      before?.logId === version.logId && before.epoch === version.epoch && before.position === version.position;
    if (same) return;
    const told = { ...this.reported, applied: version };
    if (this.#isOfOtherLog(version)) this.#keepForgetting(told);
    else this.#file.keep(told, { objects: [], outcomes: [], forgotten: [] });
  }

  /** From here on nothing is written but what it is told. */
  close(): void {
    this.#file.close();
  }

  /** Positions of two logs can't be compared: another log has to be told everything. */
  #isOfOtherLog({ logId }: Version): boolean {
    const { applied } = this.reported;
    return applied !== undefined && applied.logId !== logId;
  }

  /** The log lacks reports that we no longer have, or has some that we don't know of: it is told everything anew. */
  startOver(lastSeqOfLog: number): void {
    this.#spool.startOver(lastSeqOfLog);
    this.#startIsUntold = true;
    this.#keepForgetting(this.reported);
  }

  /** Without any key's outcome: each is reported once more. */
  #keepForgetting(reported: Reported): void {
    const forgotten = [...reported.outcomes.keys()];
    this.#file.keep({ ...reported, outcomes: PersistentMap.empty() }, { objects: [], outcomes: [], forgotten });
  }

  #reportsOf({ cause, operations, resources, count }: Outcome, firstSeq: number): NodeReport[] {
    const { nodeId, incarnation } = this.#who;
    const parts = partsOf({ operations, resources });
    const numbered = parts.length > 1;
    return parts.map((part, index) => {
      const seq = firstSeq + index;
      const value = {
        nodeId,
        incarnation,
        seq,
        ...cause.version,
        trigger: cause.trigger,
        operations: part.operations,
        resources: part.resources,
        part: numbered ? index + 1 : 0,
        parts: numbered ? parts.length : 0,
        count,
      };
      return { ...traceOf(cause), seq, report: { $case: "changes", value } };
    });
  }

  /** The report of the loss holds as much of the kernel's state as one event takes; the rest follows as changes. A start
   *  that was lost as well is told before it, under the first of the lost numbers: none of them was ever sent. */
  #lossAnd(outcome: Outcome, objects: readonly KernelChange[]): NodeReport[] {
    const { nodeId, incarnation } = this.#who;
    const lost = this.#spool.lost ?? { fromSeq: this.#spool.nextSeq, toSeq: this.#spool.nextSeq };
    const start = this.#startIsUntold ? [this.#startReport(lost.fromSeq)] : [];
    const fromSeq = lost.fromSeq + start.length;
    const toSeq = Math.max(fromSeq, lost.toSeq);
    const seq = toSeq + 1;
    const [observed = [], ...rest] = slicesOf(objects);
    const value = { nodeId, incarnation, seq, fromSeq, toSeq, observed };
    const operations = rest.map((changes) => observedChanges("also standing after lost reports", changes));
    const following = { ...outcome, operations: [...operations, ...outcome.operations] };
    return [
      ...start,
      { ...traceOf(outcome.cause), seq, report: { $case: "lost", value } },
      ...this.#reportsOf(following, seq + 1),
    ];
  }

  #startReport(seq: number): NodeReport {
    return { ...blank, seq, report: { $case: "started", value: { ...this.#who, seq } } };
  }
}

/** Changes that no operation of ours made, as an operation that was seen. */
export function observedChanges(text: string, changes: readonly KernelChange[]): ExecutedOperation {
  return { text, outcome: OperationOutcome.OBSERVED, error: "", changes, resource: "" };
}

/** Below this much room it is not tried: it would be lost as well. */
const lossBytes = 128 * 1024;

const blank = { traceparent: "", correlationId: "", causationId: "" };

function traceOf({ traceparent, causation }: ReportCause): typeof blank {
  return {
    traceparent: traceparent ?? "",
    correlationId: causation?.correlationId ?? "",
    causationId: causation?.eventId ?? "",
  };
}
