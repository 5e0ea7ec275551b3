import { status as Code, Metadata } from "@grpc/grpc-js";
import type { CallsUnderWay } from "./calls-under-way.ts";
import type { IncomingCall } from "./incoming-call.ts";

/** Why a call's signal aborted: the status that its caller gets if it is still there. */
export class CallCutShort extends Error {
  override readonly name = "CallCutShort";
  readonly code: Code;
  readonly details: string;
  readonly metadata = new Metadata();

  constructor(code: Code, details: string) {
    super(details);
    this.code = code;
    this.details = details;
  }
}

/** An answer takes its way too: a handler is told to end this much before its caller gives up. */
const longestHeadStartMs = 100;
const headStartShare = 0.2;

/** What cuts a call short: when the caller hangs up, when the server ends the call, and a moment before the caller's deadline, since
 *  what the handler says then still arrives. Nearly every call is answered before, and an AbortSignal is much of what a small one
 *  costs: there is one for whoever asks for it. */
export class CallSignal {
  readonly #letGo: readonly (() => void)[];
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #listeners = new Set<() => void>();
  #reason: CallCutShort | undefined;
  #controller: AbortController | undefined;

  constructor(call: IncomingCall, underWay: CallsUnderWay) {
    this.#letGo = [
      call.onHangUp(() => this.#cut(Code.CANCELLED, "the caller hung up")),
      underWay.add(() => this.#cut(Code.UNAVAILABLE, "the server stops; try again")),
    ];
    this.#timer = atDeadline(call, () =>
      this.#cut(Code.DEADLINE_EXCEEDED, "the deadline passed before the answer was there"),
    );
  }

  /** Undefined: it goes on. */
  get reason(): CallCutShort | undefined {
    return this.#reason;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#reason !== undefined) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  /** Calls back when the call is cut short, at once if it was.
   *  @returns listens no longer. */
  onCutShort(listener: () => void): () => void {
    if (this.#reason !== undefined) listener();
    else this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Lets go of the caller, the server and the clock, once the call is over. */
  release(): void {
    clearTimeout(this.#timer);
    for (const letGo of this.#letGo) letGo();
  }

  #cut(code: Code, details: string): void {
    if (this.#reason !== undefined) return;
    this.#reason = new CallCutShort(code, details);
    this.#controller?.abort(this.#reason);
    for (const listener of this.#listeners) listener();
    this.#listeners.clear();
  }
}

function atDeadline({ deadlineMs }: IncomingCall, act: () => void): NodeJS.Timeout | undefined {
  const leftMs = deadlineMs - Date.now();
  if (leftMs > longestTimerMs) return undefined;
  return setTimeout(act, leftMs - Math.min(longestHeadStartMs, leftMs * headStartShare));
}

/** Beyond this a timer would fire at once; nobody waits that long. */
const longestTimerMs = 2 ** 31 - 1;
