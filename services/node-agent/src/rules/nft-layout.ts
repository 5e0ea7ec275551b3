import type { ResourceKey } from "../desired/resource-key.ts";
import { remembering } from "../observed/remember.ts";
import { type FilterPart, identitiesOf, part } from "../security/filter-part.ts";
import { base, map } from "../security/objects.ts";
import { floatingIpRules } from "./floating-ip-rules.ts";
import { gatewayRules } from "./gateway-rules.ts";
import { fixedIps, floatingIps, manyToOne, nftElements, samePorts, singlePorts } from "./nft-elements.ts";
import { nftRule } from "./nft-text.ts";
import { portForwardingRules } from "./port-forwarding-rules.ts";
import type {
  FloatingIpTranslation,
  GatewayTranslation,
  PortForwardingTranslation,
  RouterTranslation,
} from "./router-translation.ts";

type Serving<T> = T & { readonly resource: ResourceKey };

/** A router's rules as objects of nftables: chains and maps that are the same for every router but for its gateway, and an
 *  element or two for each floating IP. What the chains ask, and in which order, is what iptables' chains ask. A router
 *  without a gateway translates nothing, and has none. */
export function nftLayout(
  router: ResourceKey,
  translation: RouterTranslation & {
    readonly floatingIps: readonly Serving<FloatingIpTranslation>[];
    readonly portForwardings: readonly Serving<PortForwardingTranslation>[];
  },
): FilterPart[] {
  if (translation.gateway === undefined) return [];
  const translated = [...translation.floatingIps.map(translating), ...translation.portForwardings.map(forwarding)];
  const taken = new Set<string>();
  return [
    part(
      router,
      chainsOf(translation.gateway),
      translated.map(({ resource }) => resource),
    ),
    ...translated.map((each) => withFirst(each, taken)),
  ];
}

/** Of two rules for one address a chain has the first decide; a map takes no second. */
function withFirst(translated: FilterPart, taken: Set<string>): FilterPart {
  const identities = identitiesOf(translated);
  const objects = translated.objects.filter((_, at) => {
    const before = taken.size;
    return taken.add(identities[at] ?? "").size > before;
  });
  return objects.length === identities.length ? translated : part(translated.resource, objects);
}

/** Always the same objects: what of them stands need not be compared by its text. */
const translating = remembering((floatingIp: Serving<FloatingIpTranslation>): FilterPart => {
  const { prerouting, floatSnat } = floatingIpRules([floatingIp]);
  return part(floatingIp.resource, [...prerouting, ...floatSnat].flatMap(nftElements));
});

const forwarding = remembering(
  (portForwarding: Serving<PortForwardingTranslation>): FilterPart =>
    part(portForwarding.resource, portForwardingRules([portForwarding]).flatMap(nftElements)),
);

const port = "ipv4_addr . inet_proto . inet_service";
const portKey = "ip daddr . meta l4proto . th dport";

/** For packets from elsewhere and for the router's own. */
const inward = [
  `dnat to ip daddr map @${floatingIps}`,
  `dnat ip to ${portKey} map @${singlePorts}`,
  `meta l4proto { 6, 17 } dnat ip to ${portKey} map @${manyToOne}`,
  `dnat to ${portKey} map @${samePorts}`,
];

const maps = [
  map("ip", floatingIps, "type ipv4_addr : ipv4_addr"),
  map("ip", fixedIps, "type ipv4_addr : ipv4_addr"),
  map("ip", singlePorts, `type ${port} : ipv4_addr . inet_service`),
  map("ip", manyToOne, `type ${port} : ipv4_addr . inet_service`, "flags interval"),
  map("ip", samePorts, `type ${port} : ipv4_addr`, "flags interval"),
];

/** Priorities: those of iptables' tables of the same hooks. */
function chainsOf(gateway: GatewayTranslation) {
  const { mark, postrouting, snat } = gatewayRules(gateway);
  return [
    ...maps,
    base("ip", "from-outside", "prerouting", -150, mark.map(nftRule)),
    base("ip", "prerouting", "prerouting", -100, inward, "nat"),
    base("ip", "output", "output", -100, inward, "nat"),
    base(
      "ip",
      "postrouting",
      "postrouting",
      100,
      // With its port a connection is the same to the outside when another node's kernel picks it up in the middle.
      [...postrouting.map(nftRule), `snat to ip saddr map @${fixedIps}`, ...snat.map(nftRule)],
      "nat",
    ),
  ];
}
