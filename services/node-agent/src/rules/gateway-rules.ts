import type { GatewayTranslation } from "./router-translation.ts";
import type { GatewayRule, Mark } from "./rule-model.ts";

/** Neutron's mark of packets that came in by the gateway. */
const cameFromOutside: Mark = { value: 0x2, mask: 0xffff };

export function gatewayRules(gateway: GatewayTranslation): {
  readonly mark: GatewayRule[];
  readonly postrouting: GatewayRule[];
  readonly snat: GatewayRule[];
} {
  const { device } = gateway;
  return {
    mark: [{ match: { inDevice: device }, target: { kind: "mark", mark: cameFromOutside } }],
    // Between tenant networks nothing is translated, unless a floating IP was called.
    postrouting: [{ match: { notOutDevice: device, destinationTranslated: false }, target: { kind: "accept" } }],
    snat: snatRules(gateway),
  };
}

function snatRules({ device, address, snat }: GatewayTranslation): GatewayRule[] {
  const outward: GatewayRule[] = [
    // The router's own packets have the right source already; --random-fully would move IKE off its port 4500.
    { match: { source: address, outDevice: device }, target: { kind: "return" } },
    { match: { outDevice: device }, target: { kind: "snat", to: address, ports: "random" } },
  ];
  // An instance that calls a floating IP of its own router must get the answer by way of the router.
  const hairpin: GatewayRule = {
    match: { notMark: cameFromOutside, destinationTranslated: true },
    target: { kind: "snat", to: address, ports: "random" },
  };
  return snat ? [...outward, hairpin] : [hairpin];
}
