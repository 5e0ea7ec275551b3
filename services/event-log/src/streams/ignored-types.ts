import type { IncomingHttpHeaders } from "node:http2";
import { invalid } from "./refusals.ts";

/** Not of KurrentDB's protocol, whose filters choose by streams or by types: a subscriber to streams says which types in them are
 *  nothing to him, and is not woken for those alone. */
const header = "rhumbline-ignored-event-types";

/** @returns none where the caller says nothing.
 *  @throws {GrpcError} it says what is no list of types. */
export function ignoredTypesOf({ [header]: said }: IncomingHttpHeaders): ReadonlySet<string> {
  if (said === undefined) return new Set();
  if (!/^\w+(,\w+)*$/.test(String(said))) throw invalid(`${header}: event types between commas are taken, not ${said}`);
  return new Set(String(said).split(","));
}
