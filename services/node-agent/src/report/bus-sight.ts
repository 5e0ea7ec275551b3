import type { Bus } from "@rhumbline/messaging";

export interface BusSight {
  /** For how long the bus was asked in vain whether it is there; 0: the last answer came. */
  silentMs(): number;
  stop(): void;
}

export interface BusSightEvents {
  /** After more than one question without an answer. */
  readonly seenAgain: () => void;
  /** A question had no answer until the next one. */
  readonly askedInVain: () => void;
}

const askEveryMs = 200;

/** Asks the server for a sign of life again and again: a connection whose cable was cut looks well for minutes. Counted in
 *  requests, not by the clock: an agent that is held up does not take the bus for gone. */
export function watchBus(bus: Bus, { seenAgain, askedInVain }: BusSightEvents): BusSight {
  let unanswered = 0;
  let asking = false;
  const ask = async (): Promise<void> => {
    asking = true;
    try {
      await bus.nats().rtt();
      const wasAway = unanswered > 1;
      unanswered = 0;
      if (wasAway) seenAgain();
    } catch {
      // No connection: it counts as unanswered, as a request without an answer does.
    } finally {
      asking = false;
    }
  };
  const silentMs = (): number => Math.max(0, unanswered - 1) * askEveryMs;
  const timer = setInterval(() => {
    unanswered += 1;
    if (!asking) void ask();
    if (silentMs() > 0) askedInVain();
  }, askEveryMs);
  return { silentMs, stop: () => clearInterval(timer) };
}
