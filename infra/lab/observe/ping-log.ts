export interface PingReply {
  /** From 1. */
  readonly sequence: number;
  /** Since 1970. */
  readonly atMs: number;
}

export interface PingResult {
  readonly sent: number;
  readonly received: number;
  /** Sequence numbers, from 1, that were never answered. */
  readonly lost: readonly number[];
  /** The longest time without an answer. */
  readonly longestGapMs: number;
}

/** The replies in the output of `ping -D`, each sequence number once. */
export function parsePingReplies(output: string): PingReply[] {
  const replies = new Map<number, PingReply>();
  for (const [, seconds, number] of output.matchAll(/^\[([0-9.]+)\] \d+ bytes from .*icmp_seq=(\d+)/gm)) {
    const sequence = Number(number);
    if (!replies.has(sequence)) replies.set(sequence, { sequence, atMs: Number(seconds) * 1000 });
  }
  return [...replies.values()];
}

/** From ping's closing lines. @throws Error when they are missing: it was killed, or never began. */
export function parsePingTransmitted(output: string): number {
  const transmitted = /^(\d+) packets transmitted/m.exec(output)?.[1];
  if (transmitted === undefined) throw new Error(`ping gave no result: ${output.trim()}`);
  return Number(transmitted);
}

/** @param sent the requests that had time to be answered; what came later is not counted at all.
 *  @param moments when it began, and when it ended if it ended unanswered; in ms since 1970. */
export function pingResult(
  replies: readonly PingReply[],
  sent: number,
  moments: { readonly beganMs: number; readonly unansweredUntilMs: number | undefined },
): PingResult {
  const counted = replies.filter((reply) => reply.sequence <= sent);
  const answered = new Set(counted.map((reply) => reply.sequence));
  const lost = Array.from({ length: sent }, (_, index) => index + 1).filter((sequence) => !answered.has(sequence));
  const times = counted.map((reply) => reply.atMs);
  if (times.length === 0) times.push(moments.beganMs);
  if (moments.unansweredUntilMs !== undefined) times.push(moments.unansweredUntilMs);
  const gaps = times.slice(1).map((time, index) => time - (times[index] ?? time));
  return { sent, received: counted.length, lost, longestGapMs: Math.round(Math.max(0, ...gaps)) };
}
