import { NodeReport } from "@rhumbline/proto/rhumbline/agent/v1/report";
import { RecordFile, type RecordLine, recordLine, recordLineOf } from "../store/record-file.ts";

/** A plan as it was before its first operation. */
export interface SpooledPlan {
  /** What the plan printed, in order. */
  readonly operations: readonly PlannedOperation[];
}

export interface PlannedOperation {
  readonly text: string;
  /** The desired key it serves. */
  readonly resource: string;
}

/** Reports that could not be kept for lack of room, by seq, both inclusive. */
export interface LostReports {
  readonly fromSeq: number;
  readonly toSeq: number;
}

type SpoolRecord =
  /** What a rewritten file begins with. */
  | { readonly kind: "base"; readonly nextSeq: number }
  | { readonly kind: "plan"; readonly plan: SpooledPlan }
  /** One record for all parts of a report: either all of it is on disk or nothing. */
  | { readonly kind: "reports"; readonly endsPlan: boolean; readonly reports: readonly unknown[] }
  | { readonly kind: "lost"; readonly lost: LostReports };

/** Kept free for the few bytes that say that reports were lost. */
const reserveBytes = 4096;
const worthCuttingBytes = 256 * 1024;
/** As long may what is kept wait for the disk: whoever waits for a report does not wait for it then. */
const unsyncedMs = 100;

/** What this node did and has not yet seen in the log. A plan is in the file before its first operation, its outcome after
 *  its last; only what the log has is cut. Both outlast the agent at once. The disk gets outcomes a moment later, all of that
 *  moment together: a power cut before that is one in the midst of the plan, unless the log has the outcome already.
 *  Bounded: when it is full, programming goes on and reports are lost, which the next report says. */
export class Spool {
  readonly #file: RecordFile;
  readonly #maxBytes: number;
  #pending: NodeReport[] = [];
  /** The record that each pending report would be: a file that is rewritten often says the same each time. */
  #pendingLines: RecordLine[] = [];
  #pendingBytes = 0;
  #openPlan: SpooledPlan | undefined;
  #openPlanBytes = 0;
  #lost: LostReports | undefined;
  #nextSeq = 1;
  #diskError = "";
  readonly #keptListeners = new Set<() => void>();
  #syncSoon: NodeJS.Timeout | undefined;

  private constructor(file: RecordFile, maxBytes: number) {
    this.#file = file;
    this.#maxBytes = maxBytes;
  }

  static open(path: string, maxBytes: number): { spool: Spool; droppedBytes: number } {
    const { file, records, droppedBytes } = RecordFile.open(path);
    const spool = new Spool(file, maxBytes);
    for (const record of records as SpoolRecord[]) spool.#restore(record);
    return { spool, droppedBytes };
  }

  /** Counts the node's reports over all its starts, without gap. */
  get nextSeq(): number {
    return this.#nextSeq;
  }

  /** In the order of their seq. */
  get pending(): readonly NodeReport[] {
    return this.#pending;
  }

  /** Called after reports were kept. @returns call it to hear no more. */
  onKept(listener: () => void): () => void {
    this.#keptListeners.add(listener);
    return () => this.#keptListeners.delete(listener);
  }

  /** A plan whose outcome nobody knows: the agent died over it. */
  get openPlan(): SpooledPlan | undefined {
    return this.#openPlan;
  }

  /** Set while reports were lost and no report has said so yet. */
  get lost(): LostReports | undefined {
    return this.#lost;
  }

  /** Whether a report of about this size would be kept. */
  hasRoomFor(bytes: number): boolean {
    this.#cut(bytes);
    return this.#file.bytes + bytes + reserveBytes <= this.#maxBytes;
  }

  /** To be called before the plan's first operation. It has to outlast the agent, not the host: what was programmed
   *  ends with that as well, so nothing waits for the disk. */
  plan(plan: SpooledPlan): void {
    const line = lineOf({ kind: "plan", plan });
    this.#openPlan = plan;
    this.#openPlanBytes = line.length;
    if (this.hasRoomFor(line.length)) this.#append(line, "unsynced");
  }

  /** Keeps reports that have nothing to do with the open plan. They must be numbered from `nextSeq` on.
   *  @returns false: there was no room, and they are lost. */
  report(reports: readonly NodeReport[]): boolean {
    return this.#take(reports, { endsPlan: false, tellsLoss: false });
  }

  /** As `report`, and ends the open plan if there is one. */
  outcome(reports: readonly NodeReport[]): boolean {
    return this.#take(reports, { endsPlan: true, tellsLoss: false });
  }

  /** As `outcome`, with the report among them that says what was lost. */
  outcomeOfLoss(reports: readonly NodeReport[]): boolean {
    return this.#take(reports, { endsPlan: true, tellsLoss: true });
  }

  /** What the disk said when it last refused a record; empty when it took it. */
  get diskError(): string {
    return this.#diskError;
  }

  /** The log has every report up to this one. */
  acknowledge(lastSeq: number): void {
    const behind = this.#pending.findIndex(({ seq }) => seq > lastSeq);
    const first = behind < 0 ? this.#pending.length : behind;
    this.#pending = this.#pending.slice(first);
    this.#pendingBytes -= bytesOf(this.#pendingLines.slice(0, first));
    this.#pendingLines = this.#pendingLines.slice(first);
    this.#cut(0);
  }

  /** The log's reports of this node end at one that ours don't follow on: all of ours behind it count as lost. */
  startOver(lastSeqOfLog: number): void {
    const fromSeq = lastSeqOfLog + 1;
    this.#pending = [];
    this.#pendingLines = [];
    this.#pendingBytes = 0;
    this.#lost = { fromSeq, toSeq: Math.max(fromSeq, this.#nextSeq - 1) };
    this.#nextSeq = this.#lost.toSeq + 1;
    this.#rewrite();
  }

  close(): void {
    if (this.#syncSoon !== undefined) this.#sync();
    this.#file.close();
  }

  #restore(record: SpoolRecord): void {
    switch (record.kind) {
      case "base":
        this.#nextSeq = record.nextSeq;
        return;
      case "plan":
        this.#openPlan = record.plan;
        this.#openPlanBytes = lineOf(record).length;
        return;
      case "reports":
        if (record.endsPlan) this.#openPlan = undefined;
        this.#keep(
          record.reports.map((report) => NodeReport.fromJSON(report)),
          record.reports.map((report) => JSON.stringify(report)),
        );
        return;
      case "lost":
        this.#lost = record.lost;
        this.#nextSeq = Math.max(this.#nextSeq, record.lost.toSeq + 1);
        return;
      default:
        record satisfies never;
    }
  }

  /** After a loss nothing is kept but what tells it: the log takes no report behind a hole. */
  #take(reports: readonly NodeReport[], { endsPlan, tellsLoss }: { endsPlan: boolean; tellsLoss: boolean }): boolean {
    const texts = reports.map((report) => JSON.stringify(NodeReport.toJSON(report)));
    const line = lineOfReports(texts, endsPlan);
    if (endsPlan) this.#openPlan = undefined;
    const fits = (this.#lost === undefined || tellsLoss) && this.hasRoomFor(line.length);
    const kept = fits && this.#append(line);
    if (kept) {
      this.#keep(reports, texts);
      for (const listener of this.#keptListeners) listener();
    } else {
      this.#lose(reports.length);
    }
    return kept;
  }

  /** A disk that takes nothing is a spool without room: programming goes on. */
  #append(line: RecordLine, how: "synced" | "unsynced" = "synced"): boolean {
    try {
      this.#file.appendUnsynced(line);
      this.#diskError = "";
    } catch (error) {
      this.#refused(error);
      return false;
    }
    if (how === "synced") this.#syncSoon ??= setTimeout(() => this.#sync(), unsyncedMs).unref();
    return true;
  }

  #sync(): void {
    clearTimeout(this.#syncSoon);
    this.#syncSoon = undefined;
    this.#file.sync().catch((error: unknown) => this.#refused(error));
  }

  #refused(error: unknown): void {
    this.#diskError = error instanceof Error ? error.message : String(error);
  }

  #keep(reports: readonly NodeReport[], texts: readonly string[]): void {
    this.#lost = undefined;
    this.#pending.push(...reports);
    const lines = texts.map((text) => lineOfReports([text], false));
    this.#pendingLines.push(...lines);
    this.#pendingBytes += bytesOf(lines);
    this.#nextSeq = (reports.at(-1)?.seq ?? this.#nextSeq - 1) + 1;
  }

  #lose(count: number): void {
    const first = this.#lost === undefined;
    this.#lost = { fromSeq: this.#lost?.fromSeq ?? this.#nextSeq, toSeq: this.#nextSeq + count - 1 };
    this.#nextSeq += count;
    // Once is enough: numbers that were never sent may be given again after a restart.
    if (first) this.#append(lineOf({ kind: "lost", lost: this.#lost }));
  }

  /** Takes out of the file what the log has, when that is worth a rewrite or makes room that is needed now. */
  #cut(neededBytes: number): void {
    const tight = this.#file.bytes + neededBytes + reserveBytes > this.#maxBytes;
    if (!tight && this.#file.bytes < worthCuttingBytes) return;
    const bytes = this.#neededBytes();
    if (bytes < this.#file.bytes / 2 || (tight && bytes < this.#file.bytes)) this.#rewrite();
  }

  #rewrite(): void {
    this.#file.rewrite([lineOf(this.#base()), ...this.#pendingLines, ...this.#lineOfLoss(), ...this.#lineOfPlan()]);
  }

  /** How long the file would be if it were rewritten now. */
  #neededBytes(): number {
    const beside = bytesOf([lineOf(this.#base()), ...this.#lineOfLoss()]);
    return beside + this.#pendingBytes + (this.#openPlan === undefined ? 0 : this.#openPlanBytes);
  }

  #base(): SpoolRecord {
    return { kind: "base", nextSeq: this.#pending[0]?.seq ?? this.#nextSeq };
  }

  #lineOfLoss(): RecordLine[] {
    return this.#lost === undefined ? [] : [lineOf({ kind: "lost", lost: this.#lost })];
  }

  #lineOfPlan(): RecordLine[] {
    return this.#openPlan === undefined ? [] : [lineOf({ kind: "plan", plan: this.#openPlan })];
  }
}

const bytesOf = (lines: readonly RecordLine[]): number => lines.reduce((sum, { length }) => sum + length, 0);

const lineOf = (record: SpoolRecord): RecordLine => recordLine(record);

/** A record of reports that are text already. */
const lineOfReports = (texts: readonly string[], endsPlan: boolean): RecordLine =>
  recordLineOf(`{"kind":"reports","endsPlan":${endsPlan},"reports":[${texts.join(",")}]}`);
