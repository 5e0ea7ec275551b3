import { Trigger } from "@rhumbline/proto/rhumbline/scheduler/v1/realised_events";
import type { Logger } from "@rhumbline/telemetry";
import { following, type Lookup } from "../observed/following.ts";
import type { ResourceState } from "../plan/resource-states.ts";
import type { PassResult } from "../reconcile.ts";
import type { RetrySchedule } from "./retry-schedule.ts";

export interface ReconcileLoopParts {
  /** Undefined where there is no desired state yet. @throws what keeps the kernel from being observed. */
  readonly pass: (trigger: Trigger) => Promise<PassResult | undefined>;
  readonly schedule: RetrySchedule;
  readonly resyncMs: number;
  /** Called before the pass of a resync: it is to look at everything. */
  readonly beforeResync: () => void;
  readonly logger: Logger;
  readonly now: () => number;
}

/** The name under which a failure of the whole pass is retried and shown. */
const wholeHost = "host";

/** What a pass is called after, when several reasons came together: the most telling first. */
const precedence = [Trigger.DESIRED, Trigger.START, Trigger.RETRY, Trigger.DRIFT] as const;
type Reason = (typeof precedence)[number];

/** Runs passes one at a time. Reasons that come while one runs are one reason for the next; while it is held, by a refusal
 *  or by an operator, none runs. */
export class ReconcileLoop {
  readonly #parts: ReconcileLoopParts;
  readonly #reasons = new Set<Reason>();
  #running: Promise<void> | undefined;
  #retry: NodeJS.Timeout | undefined;
  #resync: NodeJS.Timeout | undefined;
  #released = false;
  #heldByOperator = false;
  #stopped = false;
  #atWork: Promise<void> | undefined;

  constructor(parts: ReconcileLoopParts) {
    this.#parts = parts;
  }

  /** Nothing is touched before this call. Repeating it does nothing. */
  release(): void {
    if (this.#released) return;
    this.#released = true;
    this.#resync ??= setInterval(() => {
      this.#parts.beforeResync();
      this.wake(Trigger.DRIFT);
    }, this.#parts.resyncMs);
    this.wake(Trigger.START);
  }

  /** From here on nothing is touched; a pass under way ends. */
  hold(): void {
    this.#released = false;
  }

  get heldByOperator(): boolean {
    return this.#heldByOperator;
  }

  /** While an operator holds it nothing is touched; what came up meanwhile is done when it is released. A pass under way
   *  ends before this settles. */
  async holdForOperator(hold: boolean): Promise<void> {
    this.#heldByOperator = hold;
    if (hold) await this.#running;
    else this.wake(Trigger.DRIFT);
  }

  wake(reason: Reason): void {
    this.#reasons.add(reason);
    if (this.#mayRun()) this.#running ??= this.#runWhileWoken();
  }

  /** Whether a pass for that reason waits for the one under way. */
  isWokenBy(reason: Reason): boolean {
    return this.#reasons.has(reason);
  }

  /** Does something between two passes: nothing of ours is in the middle of a change meanwhile. */
  async undisturbed<T>(work: () => Promise<T>): Promise<T> {
    while (this.#atWork !== undefined) await this.#atWork;
    let end = (): void => undefined;
    this.#atWork = new Promise((resolve) => {
      end = resolve;
    });
    try {
      return await work();
    } finally {
      this.#atWork = undefined;
      end();
    }
  }

  /** Lets a pass under way end: nothing is taken down, and nothing is left half reported. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#resync);
    clearTimeout(this.#retry);
    await this.#running;
  }

  async #runWhileWoken(): Promise<void> {
    while (this.#reasons.size > 0 && this.#mayRun()) {
      await this.undisturbed(async () => {
        if (!this.#mayRun()) return;
        const trigger = precedence.find((reason) => this.#reasons.has(reason)) ?? Trigger.DRIFT;
        this.#reasons.clear();
        await this.#runPass(trigger);
      });
    }
    this.#running = undefined;
  }

  #mayRun(): boolean {
    return this.#released && !this.#heldByOperator && !this.#stopped;
  }

  async #runPass(trigger: Reason): Promise<void> {
    const { pass, schedule, logger, now } = this.#parts;
    try {
      const states = await pass(trigger);
      if (states !== undefined) schedule.update(errorsIn(states), now());
    } catch (error) {
      logger.error({ err: error }, "the kernel can't be brought to its desired state; trying again");
      const errors = [...schedule.failed].map(([key, failed]) => [key, failed.error] as const);
      schedule.update(new Map([...errors, [wholeHost, messageOf(error)]]), now());
    }
    const delayMs = schedule.delayMs(now());
    clearTimeout(this.#retry);
    if (delayMs !== undefined && !this.#stopped) this.#retry = setTimeout(() => this.wake(Trigger.RETRY), delayMs);
  }
}

const errorsIn = following((key, states: Lookup<ResourceState>) => {
  const state = states.get(key);
  return state?.kind === "failed" ? state.error : undefined;
});

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
