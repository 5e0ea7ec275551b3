import type { PortRange } from "@rhumbline/proto/rhumbline/topology/v1/port_forwarding";
import { InvalidArgumentError } from "commander";

/** Reads "8080" or "8000-8010".
 *  @throws {InvalidArgumentError} */
export function portsFlag(text: string): PortRange {
  const range = parsePorts(text);
  if (range === undefined) throw new InvalidArgumentError("accepted is a port, like 8080, or a range, like 8000-8010.");
  return range;
}

/** Undefined: it is neither a port nor a range. */
export function parsePorts(text: string): PortRange | undefined {
  const [, first, last = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text) ?? [];
  return first === undefined ? undefined : { first: Number(first), last: Number(last) };
}

/** As `portsFlag` reads it. */
export function portsText(range: PortRange | undefined): string {
  if (range === undefined) return "";
  return range.last === range.first || range.last === 0 ? `${range.first}` : `${range.first}-${range.last}`;
}
