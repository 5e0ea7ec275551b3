import type { Place } from "@rhumbline/infra/lab";

export const linesIn = (text: string): string[] => text.split("\n").filter((line) => line.trim() !== "");

interface PrintedLink {
  readonly name: string;
  readonly mac: string;
  readonly mtu: string;
  /** The port that its alias names. */
  readonly alias: string;
  readonly master: string;
  readonly state: string;
}

/** `ip -o link`: "2: qr-1@if5: <BROADCAST,UP> mtu 1450 … master brq1 …\    link/ether fa:16:… brd …". */
export function printedLink(line: string): PrintedLink {
  const found = (pattern: RegExp): string => pattern.exec(line)?.[1] ?? "";
  const flags = found(/<([^>]*)>/).split(",");
  return {
    name: found(/^\d+: ([^:@]+)/),
    mac: found(/link\/ether ([0-9a-f:]{17})/),
    mtu: found(/ mtu (\d+)/),
    alias: found(/ alias rhumbline (\S+)/),
    master: found(/ master (\S+)/),
    state: flags.includes("UP") ? "up" : "down",
  };
}

/** `sysctl`: "net.ipv4.ip_forward = 1" each. */
export async function printedSysctls(place: Place, names: readonly string[]): Promise<string[]> {
  return names.length === 0 ? [] : linesIn(await place.output(["sysctl", ...names]));
}
