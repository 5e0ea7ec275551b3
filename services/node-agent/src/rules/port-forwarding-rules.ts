import type { PortForwardingTranslation } from "./router-translation.ts";
import type { PortMapping, Rule } from "./rule-model.ts";

/** One rule each, for packets from elsewhere and for the router's own. Answers go back the way they came: conntrack. */
export const portForwardingRules = (portForwardings: readonly PortForwardingTranslation[]): Rule[] =>
  portForwardings.map((one) => ({
    match: { destination: one.floatingIp, protocol: one.protocol, destinationPorts: one.externalPorts },
    target: { kind: "dnat", to: one.fixedIp, ports: mappingOf(one) },
  }));

function mappingOf({ externalPorts, internalPorts }: PortForwardingTranslation): PortMapping {
  const { first, last } = internalPorts;
  return first === last ? { port: first } : { first, last, base: externalPorts.first };
}

/** Where a packet to the external port goes. */
export function internalPortOf({ externalPorts, internalPorts }: PortForwardingTranslation, external: number): number {
  const { first, last } = internalPorts;
  return first === last ? first : first + external - externalPorts.first;
}
