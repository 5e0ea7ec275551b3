import type { ObservedRoute } from "../observed-kernel.ts";
import { optionalText, printedRecords, text } from "./json-fields.ts";

/** `ip -4|-6 -j route show proto 118`: our routes of one IP version.
 *  @throws Error when the text isn't what iproute2 prints. */
export function parseRoutes(json: string, family: 4 | 6): ObservedRoute[] {
  return printedRecords(json, "ip route").map((entry) => ({
    destination: withPrefixLength(text(entry, "dst"), family),
    family,
    nextHop: optionalText(entry, "gateway") ?? "",
    device: text(entry, "dev"),
  }));
}

/** iproute2 prints a route to one address without its prefix length. */
function withPrefixLength(destination: string, family: 4 | 6): string {
  if (destination === "default" || destination.includes("/")) return destination;
  return `${destination}/${family === 4 ? 32 : 128}`;
}
