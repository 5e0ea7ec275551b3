import { grpc } from "./grpc.ts";
import { lines } from "./lines.ts";
import type { Transport } from "./transport.ts";

const transports = { lines, grpc };
export type TransportName = keyof typeof transports;

/** @throws Error where there is none of that name. */
export function transportOf(name: string | undefined): Transport {
  if (name !== "lines" && name !== "grpc")
    throw new Error(`no transport is called "${name}"; there are ${Object.keys(transports)}`);
  return transports[name];
}
