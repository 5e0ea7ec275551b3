import type { IncomingHttpHeaders } from "node:http2";
import { invalid } from "./refusals.ts";

/** Not of KurrentDB's protocol: a subscriber for whom nobody waits says how far apart its deliveries may be, and is woken for
 *  many events at once. */
const header = "rhumbline-delivery-interval-ms";
const longestMs = 1_000;

/** @returns 0 where the caller says nothing: each commit is delivered at once.
 *  @throws {GrpcError} it says what is no such time. */
export function deliveryIntervalMs({ [header]: said }: IncomingHttpHeaders): number {
  if (said === undefined) return 0;
  const ms = /^\d{1,4}$/.test(String(said)) ? Number(said) : Number.POSITIVE_INFINITY;
  if (ms > longestMs) throw invalid(`${header}: milliseconds from 0 to ${longestMs} are taken, not ${said}`);
  return ms;
}
