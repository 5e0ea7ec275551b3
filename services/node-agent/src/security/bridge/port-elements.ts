import { type Cidr, ipAddressBits } from "@rhumbline/net";
import type { FilterObject } from "../filter-object.ts";
import type { PortSecurity, SourceAddress } from "../model.ts";
import { element } from "../objects.ts";
import { prefixText } from "../prefix-text.ts";

/** A port's elements of what all ports share: whom it may send as, and which verdict each direction has.
 *  @param verdicts of a port that is filtered; all others have none. */
export function portElements(
  port: PortSecurity,
  verdicts: { readonly egress: string; readonly ingress: string },
): FilterObject[] {
  const { device, filtered } = port;
  if (!filtered) {
    return ["sources", "egress", "ingress"].map((map) => element("bridge", map, `"${device}"`, "accept"));
  }
  return [
    ...sourceElements(port),
    element("bridge", "isolated", `"${device}"`),
    // Last, what lets it pass at all.
    element("bridge", "sources", `"${device}"`, "jump source"),
    element("bridge", "egress", `"${device}"`, verdicts.egress),
    element("bridge", "ingress", `"${device}"`, verdicts.ingress),
  ];
}

function sourceElements({ device, sources }: PortSecurity): FilterObject[] {
  const name = `"${device}"`;
  const macs = [...new Set(sources.map(({ mac }) => mac))].map((mac) => element("bridge", "macs", `${name} . ${mac}`));
  const addresses = sources.map(({ mac, addresses: prefix }) => {
    const exact = isAddress(prefix);
    return element(
      "bridge",
      `source${prefix.network.family}${exact ? "" : "-nets"}`,
      `${name} . ${mac} . ${prefixText(prefix)}`,
    );
  });
  const ipv6 = sources.filter(({ addresses: { network } }) => network.family === 6);
  const targets = ipv6
    .filter(({ addresses }) => isAddress(addresses))
    .map((source) => `${name} . ${targetText(source)}`);
  return [
    ...macs,
    ...addresses,
    ...[...new Set(targets)].map((key) => element("bridge", "nd-targets", key)),
    ...(ipv6.some(({ addresses }) => !isAddress(addresses)) ? [element("bridge", "nd-any", name)] : []),
  ];
}

/** As nft prints the bits of an address. */
const targetText = ({ addresses: { network } }: SourceAddress): string => `0x${network.value.toString(16)}`;

const isAddress = ({ network, prefixLength }: Cidr): boolean => prefixLength === ipAddressBits(network.family);
