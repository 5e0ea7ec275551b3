import { type Bus, BusUnavailable, MalformedMessage, sendNodeReport } from "@rhumbline/messaging";
import type { NodeReport } from "@rhumbline/proto/rhumbline/agent/v1/report";
import type { Logger } from "@rhumbline/telemetry";
import type { NodeReporter } from "./node-reporter.ts";
import type { Spool } from "./spool.ts";

export interface ReportSenderParts {
  readonly bus: Bus;
  readonly nodeId: string;
  readonly spool: Spool;
  readonly reporter: NodeReporter;
  readonly logger: Logger;
  /** Reports were lost, and there is room again to say so. */
  readonly roomAgain: () => void;
}

const retryMs = 1000;

/** Brings spooled reports to the log, one by one in the order of their seq, for as long as it is not stopped. What the log
 *  acknowledged is cut; what it says it lacks is sent again. */
export class ReportSender {
  readonly #parts: ReportSenderParts;
  readonly #stopListening: readonly (() => void)[];
  #timer: NodeJS.Timeout | undefined;
  /** It waits for a report or for the bus: nothing is under way, and nothing failed a moment ago. */
  #idle = false;
  #stopped = false;

  constructor(parts: ReportSenderParts) {
    this.#parts = parts;
    const wake = (): void => {
      if (this.#idle) this.#now();
    };
    this.#stopListening = [parts.spool.onKept(wake), parts.bus.onConnected(wake)];
  }

  start(): void {
    this.#later(0);
  }

  stop(): void {
    this.#stopped = true;
    this.#idle = false;
    for (const stop of this.#stopListening) stop();
    clearTimeout(this.#timer);
  }

  /** The inbox said how far the log has this node's reports: at the registration, or in answer to one. */
  settle(lastSeq: number): void {
    const { spool, reporter, logger, roomAgain } = this.#parts;
    const oldest = spool.pending[0]?.seq ?? spool.lost?.fromSeq ?? spool.nextSeq;
    if (lastSeq >= spool.nextSeq || lastSeq < oldest - 1) {
      logger.warn(
        { lastSeq, oldest, nextSeq: spool.nextSeq },
        "the log has other reports of this node; telling it anew",
      );
      reporter.startOver(lastSeq);
    } else {
      spool.acknowledge(lastSeq);
    }
    if (spool.lost !== undefined) roomAgain();
  }

  /** @param ms undefined: when there is something to send. */
  #later(ms: number | undefined): void {
    if (this.#stopped) return;
    clearTimeout(this.#timer);
    this.#idle = ms === undefined && this.#next === undefined;
    if (!this.#idle) this.#timer = setTimeout(() => this.#now(), ms ?? 0);
  }

  /** Undefined: there is none, or nobody to tell. */
  get #next(): NodeReport | undefined {
    const { bus, spool } = this.#parts;
    return bus.connected ? spool.pending[0] : undefined;
  }

  #now(): void {
    clearTimeout(this.#timer);
    this.#idle = false;
    this.#sendNext().then(
      (delayMs) => this.#later(delayMs),
      (error: unknown) => {
        this.#parts.logger.error({ err: error }, "report not sent");
        this.#later(retryMs);
      },
    );
  }

  /** @returns after how many ms to look again; undefined: when there is something to send. */
  async #sendNext(): Promise<number | undefined> {
    const { bus, nodeId, logger } = this.#parts;
    const next = this.#next;
    if (next === undefined) return undefined;
    try {
      const { lastSeq, refusal } = await sendNodeReport(bus, nodeId, next);
      if (refusal !== "") {
        logger.warn({ seq: next.seq, refusal }, "report refused; trying again");
        return retryMs;
      }
      if (!this.#stopped) this.settle(lastSeq);
      return 0;
    } catch (error) {
      if (!(error instanceof BusUnavailable || error instanceof MalformedMessage)) throw error;
      logger.debug({ err: error, seq: next.seq }, "report not acknowledged; trying again");
      return retryMs;
    }
  }
}
