import type { Operation } from "./operation.ts";

/** An operation as its plan shows it: stable text, on several lines where rules change. */
export function printOperation(_operation: Operation): string {
  throw new Error("not built yet");
}
