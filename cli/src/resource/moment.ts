import type { AsOf } from "@rhumbline/proto/rhumbline/service/v1/read";
import { InvalidArgumentError } from "commander";

const agoPattern = /^(\d{1,6})([smhd])$/;
const unitMs = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A log position; a time with its offset from UTC (RFC 3339), or only a date; or how long ago.
 *  @param others what else is accepted where it is typed. */
export function parseMoment(text: string, now = Date.now(), others: readonly string[] = []): number | Date {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  const [, count, unit] = agoPattern.exec(text) ?? [];
  if (count !== undefined) return new Date(now - Number(count) * unitMs[unit as keyof typeof unitMs]);
  const time = new Date(text);
  if (/^\d{4}-\d\d-\d\d(T.*(Z|[+-]\d\d:\d\d))?$/.test(text) && !Number.isNaN(time.getTime())) return time;
  const accepted = ["a log position", "a time like 2026-01-31T12:00:00Z", "a while like 10m", ...others];
  throw new InvalidArgumentError(`accepted is ${accepted.slice(0, -1).join(", ")}, or ${accepted.at(-1)}.`);
}

export interface AsOfOptions {
  readonly asOf?: AsOf;
}

export const asOfFlag = [
  "--as-of <moment>",
  "as it was at a log position, at a time (2026-01-31T12:00:00Z) or 10m, 2h, 1d ago",
  asOf,
] as const;

function asOf(text: string): AsOf {
  const moment = parseMoment(text);
  return {
    at: typeof moment === "number" ? { $case: "position", value: moment } : { $case: "time", value: moment },
  };
}
