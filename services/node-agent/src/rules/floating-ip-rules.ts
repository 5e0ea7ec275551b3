import type { FloatingIpTranslation } from "./router-translation.ts";
import type { Rule } from "./rule-model.ts";

/** Three rules a floating IP: in from elsewhere, in from the router itself, and out. */
export function floatingIpRules(floatingIps: readonly FloatingIpTranslation[]): {
  readonly prerouting: Rule[];
  readonly output: Rule[];
  readonly floatSnat: Rule[];
} {
  const inward = floatingIps.map(
    ({ floatingIp, fixedIp }): Rule => ({ match: { destination: floatingIp }, target: { kind: "dnat", to: fixedIp } }),
  );
  // With its port a connection is the same to the outside when another node's kernel picks it up in the middle.
  const outward = floatingIps.map(
    ({ floatingIp, fixedIp }): Rule => ({
      match: { source: fixedIp },
      target: { kind: "snat", to: floatingIp, ports: "kept" },
    }),
  );
  return { prerouting: inward, output: inward, floatSnat: outward };
}
