import { type Cidr, cidrOf, offsetIpAddress } from "@rhumbline/net";
import { isIptables } from "../filter-object.ts";
import type { Layout } from "../layout.ts";
import { chain, element, set } from "../objects.ts";
import { prefixText } from "../prefix-text.ts";
import { baseLayout } from "./base-layout.ts";
import { chains, groupChain, setName, tableOf } from "./names.ts";
import { portLayout } from "./port-layout.ts";
import { ruleText } from "./rule-text.ts";

const families = [4, 6] as const;

/** What groups let through is said in iptables, as Neutron's agents do it; who may send as whom in the bridge's own hooks
 *  (ADR 20). */
export const iptablesLayout: Layout = {
  base: baseLayout(),
  bridge: (bridge, zone) =>
    families.flatMap((family) => [
      element(tableOf(family, "raw"), chains.zones, `-i ${bridge}`, `-j CT --zone ${zone}`),
      element(
        tableOf(family, "filter"),
        chains.bridges,
        `-i ${bridge} -m physdev --physdev-is-bridged`,
        `-g ${chains.securityGroups}`,
      ),
    ]),
  zoneIn(object) {
    if (object.kind !== "element" || object.set !== chains.zones || !isIptables(object.table)) return undefined;
    const [, bridge] = /^-i (\S+)$/.exec(object.key) ?? [];
    const [, zone] = /^-j CT --zone (\d+)$/.exec(object.value) ?? [];
    return bridge === undefined || zone === undefined ? undefined : [bridge, Number(zone)];
  },
  remote: ({ name, addresses }) =>
    families.flatMap((family) => [
      set("ipset", setName(name, family), "hash:net", `family ${family === 4 ? "inet" : "inet6"}`, "maxelem 1048576"),
      ...addresses
        .filter(({ network }) => network.family === family)
        .flatMap(asSetTakes)
        .map((prefix) => element("ipset", setName(name, family), prefixText(prefix))),
    ]),
  group: ({ id, rules }) =>
    families.flatMap((family) =>
      (["ingress", "egress"] as const).map((direction) => {
        const own = rules.filter((rule) => rule.family === family && rule.direction === direction);
        return chain(tableOf(family, "filter"), groupChain(direction, id), own.flatMap(ruleText));
      }),
    ),
  port: portLayout,
};

/** ipset takes no prefix of length 0: all addresses are two halves. */
function asSetTakes(prefix: Cidr): Cidr[] {
  if (prefix.prefixLength > 0) return [prefix];
  const { network } = prefix;
  const half = 1n << (network.family === 4 ? 31n : 127n);
  return [cidrOf(network, 1), cidrOf(offsetIpAddress(network, half), 1)];
}
