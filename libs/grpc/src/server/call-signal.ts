import { status as Code, Metadata } from "@grpc/grpc-js";
import type { CallsUnderWay } from "./calls-under-way.ts";
import type { IncomingCall } from "./incoming-call.ts";

/** Why a call's signal aborted: the status that its caller gets if it is still there. */
class CallCutShort extends Error {
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

/** A signal that aborts when the caller hangs up, when the server ends the call, and a moment before the caller's deadline:
 *  what the handler says then still arrives.
 *  @returns `release` lets go of the server and of the clock, once the call is over. */
export function callSignal(call: IncomingCall, underWay: CallsUnderWay): { signal: AbortSignal; release(): void } {
  const cut = new AbortController();
  const listenNoLonger = call.onHangUp(() => cut.abort(new CallCutShort(Code.CANCELLED, "the caller hung up")));
  const leave = underWay.add(() => cut.abort(new CallCutShort(Code.UNAVAILABLE, "the server stops; try again")));
  const timer = atDeadline(call, () =>
    cut.abort(new CallCutShort(Code.DEADLINE_EXCEEDED, "the deadline passed before the answer was there")),
  );
  return {
    signal: cut.signal,
    release() {
      clearTimeout(timer);
      leave();
      listenNoLonger();
    },
  };
}

function atDeadline({ deadlineMs }: IncomingCall, act: () => void): NodeJS.Timeout | undefined {
  const leftMs = deadlineMs - Date.now();
  if (leftMs > longestTimerMs) return undefined;
  return setTimeout(act, leftMs - Math.min(longestHeadStartMs, leftMs * headStartShare));
}

/** Beyond this a timer would fire at once; nobody waits that long. */
const longestTimerMs = 2 ** 31 - 1;
