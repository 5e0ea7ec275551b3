import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Place } from "../hosts/place.ts";
import { type PingResult, parsePingReplies, parsePingTransmitted, pingResult } from "./ping-log.ts";
import { becomesTrue } from "./wait-until.ts";

export interface RunningPing {
  /** Waits for an answer to a request sent from now on, or two seconds, and ends. Requests younger than the last
   *  answer are not counted: theirs may be on the way. */
  stop(): Promise<PingResult>;
}

const patienceMs = 2000;

/** Sends an echo request every `intervalMs` in the background, until told to stop. At most 65,535 of them. */
export async function startPing(place: Place, target: string, intervalMs = 20): Promise<RunningPing> {
  const argv = ["ping", "-n", "-D", "-i", `${intervalMs / 1000}`, target];
  const ping = await place.spawn(argv, { name: `ping-${target}-${randomUUID().slice(0, 8)}` });
  const beganMs = Date.now();
  const replies = () => parsePingReplies(readFileSync(ping.outputFile, "utf8"));
  const lastAnswered = () => replies().at(-1)?.sequence ?? 0;
  return {
    stop: async () => {
      const before = lastAnswered();
      const answered = await becomesTrue(() => lastAnswered() > before, patienceMs);
      ping.kill("SIGINT");
      await ping.exited;
      const output = readFileSync(ping.outputFile, "utf8") + readFileSync(ping.logFile, "utf8");
      const sent = answered ? lastAnswered() : parsePingTransmitted(output);
      return pingResult(replies(), sent, { beganMs, unansweredUntilMs: answered ? undefined : Date.now() });
    },
  };
}
