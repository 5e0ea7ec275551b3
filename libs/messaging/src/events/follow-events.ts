import type { Bus } from "../bus/bus.ts";
import { BusUnavailable } from "../bus/bus-errors.ts";
import { wait } from "../wait.ts";
import { type DeliveredEvent, type ReadFrom, readEvents } from "./read-events.ts";

const retryMs = 500;

/** An event that was not told before. */
export interface FollowedEvent extends DeliveredEvent {
  /** EVENTS was out of sight before this one, or is another stream by now: whether it has all that there was between,
   *  its reader has to find out. */
  readonly resumed: boolean;
}

interface FollowOptions {
  readonly subject: string;
  readonly from: "start" | "now";
  /** Told once why nothing comes at present; following goes on by itself. */
  readonly interrupted: (why: string) => void;
}

/** The events under a subject, each once and in the log's order, until the signal aborts: over lost connections, and over
 *  a stream that is lost and filled anew.
 *  @throws {MalformedMessage} something that is no event was published under the subject. */
export async function* followEvents(
  bus: Bus,
  { subject, from, interrupted }: FollowOptions,
  signal: AbortSignal,
): AsyncGenerator<FollowedEvent> {
  let next: ReadFrom = from;
  let last = 0;
  let told = false;
  for (let resumed = false; !signal.aborted; resumed = true) {
    const connection = lifeOfConnection(bus);
    const began = (at: string): void => {
      if (next === "now") next = { storedSince: at };
    };
    const until = AbortSignal.any([signal, connection.lost]);
    let first = resumed;
    try {
      for await (const delivered of readEvents(bus, { subject, from: next, stopAtEnd: false, began }, until)) {
        next = { storedSince: delivered.storedAt };
        told = false;
        if (delivered.event.sequence <= last) continue;
        last = delivered.event.sequence;
        yield { ...delivered, resumed: first };
        first = false;
      }
    } catch (error) {
      if (!(error instanceof BusUnavailable)) throw error;
      if (!told) interrupted(error.message);
      told = true;
    } finally {
      connection.forget();
    }
    await wait(retryMs, signal);
  }
}

/** Behind a new connection may be another stream of the same name. */
function lifeOfConnection(bus: Bus): { readonly lost: AbortSignal; forget(): void } {
  const lost = new AbortController();
  let seen = false;
  const forget = bus.onConnected(() => {
    if (seen) lost.abort();
    seen = true;
  });
  return { lost: lost.signal, forget };
}
