import type { GatewayRule, Mark } from "./rule-model.ts";

/** A rule exactly as `nft -n list` prints it, so that desired and observed compare as text. */
export function nftRule({ match, target }: GatewayRule): string {
  return [...matchText(match), targetText(target)].join(" ");
}

function matchText(match: GatewayRule["match"]): string[] {
  const parts: string[] = [];
  if (match.inDevice !== undefined) parts.push(`iifname "${match.inDevice}"`);
  if (match.outDevice !== undefined) parts.push(`oifname "${match.outDevice}"`);
  if (match.notOutDevice !== undefined) parts.push(`oifname != "${match.notOutDevice}"`);
  if (match.source !== undefined) parts.push(`ip saddr ${match.source}`);
  if (match.notMark !== undefined)
    parts.push(`meta mark & ${bits(match.notMark.mask)} != ${bits(match.notMark.value)}`);
  if (match.destinationTranslated !== undefined)
    parts.push(`ct status ${match.destinationTranslated ? "" : "! "}${destinationTranslated}`);
  return parts;
}

/** IPS_DST_NAT. */
const destinationTranslated = "0x20";

function targetText(target: GatewayRule["target"]): string {
  switch (target.kind) {
    case "accept":
    case "return":
      return target.kind;
    case "mark":
      return `meta mark set ${markText(target.mark)}`;
    case "snat":
      return `snat to ${target.to}${target.ports === "random" ? " fully-random" : ""}`;
    default:
      return target satisfies never;
  }
}

/** All other bits stay; nft prints those that are set among those that stay. */
const markText = ({ value, mask }: Mark): string => `meta mark & ${bits(~mask | value)} | ${bits(value)}`;

const bits = (value: number): string => `0x${(value >>> 0).toString(16).padStart(8, "0")}`;
