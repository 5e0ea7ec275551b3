import type { Layout } from "../layout.ts";
import { chain, element, set } from "../objects.ts";
import { prefixText } from "../prefix-text.ts";
import { baseLayout } from "./base-layout.ts";
import { portLayout } from "./port-layout.ts";
import { ruleText } from "./rule-text.ts";

/** Everything in nftables: the bridge's own hooks decide, with what connection tracking tells them (ADR 13). */
export const nftLayout: Layout = {
  base: baseLayout(),
  bridge: (bridge, zone) =>
    (["ip", "ip6"] as const).flatMap((table) => [
      element(table, "zones", `"${bridge}"`, String(zone)),
      element(table, "bridges", `"${bridge}"`, "jump state"),
    ]),
  // Of either table: a zone that one of them has lost is the one that the other still has.
  zoneIn: (object) =>
    object.kind === "element" && (object.table === "ip" || object.table === "ip6") && object.set === "zones"
      ? [object.key.slice(1, -1), Number(object.value)]
      : undefined,
  remote: ({ name, addresses }) =>
    ([4, 6] as const).flatMap((family) => [
      set("bridge", `${name}-${family}`, `type ipv${family}_addr`, "flags interval"),
      ...addresses
        .filter(({ network }) => network.family === family)
        .map((prefix) => element("bridge", `${name}-${family}`, prefixText(prefix))),
    ]),
  group: ({ id, rules }) =>
    (["ingress", "egress"] as const).map((direction) =>
      chain("bridge", `${direction}-${id}`, rules.filter((rule) => rule.direction === direction).map(ruleText)),
    ),
  port: portLayout,
};
