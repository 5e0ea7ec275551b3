import type { ObservedNamespace } from "../../observed/observed-kernel.ts";
import { floatingIps, manyToOne, protocolNumbers, samePorts, singlePorts } from "../../rules/nft-elements.ts";
import type { FloatingIpTranslation, PortForwardingTranslation } from "../../rules/router-translation.ts";
import type { PortRange } from "../../rules/rule-model.ts";
import type { FilterElement } from "../../security/filter-object.ts";

/** What the rules that stand in a namespace translate, of whichever backend. */
export interface StandingTranslations {
  readonly floatingIps: readonly FloatingIpTranslation[];
  readonly portForwardings: readonly PortForwardingTranslation[];
}

export function standingTranslations({ tables, filter }: ObservedNamespace): StandingTranslations {
  const rules = [...(tables.get("nat")?.values() ?? [])].flat();
  const elements = new Map(translatingMaps.map((name) => [name, [] as FilterElement[]]));
  for (const object of filter.values()) if (object.kind === "element") elements.get(object.set)?.push(object);
  const inMap = (name: string): readonly FilterElement[] => elements.get(name) ?? [];
  return {
    floatingIps: [
      ...rules.flatMap(floatingIpOf),
      ...inMap(floatingIps).map(({ key, value }) => ({ floatingIp: key, fixedIp: value })),
    ],
    portForwardings: [
      ...rules.flatMap(forwardingOf),
      ...joined(inMap(singlePorts).flatMap(forwardedBy)),
      ...[...inMap(manyToOne), ...inMap(samePorts)].flatMap(forwardedBy),
    ],
  };
}

const translatingMaps = [floatingIps, singlePorts, manyToOne, samePorts];

const floatingIpRule = /^-A \S+ -d (\S+)\/32 -j DNAT --to-destination (\S+)$/;

function floatingIpOf(rule: string): FloatingIpTranslation[] {
  const [, floatingIp, fixedIp] = floatingIpRule.exec(rule) ?? [];
  return floatingIp === undefined || fixedIp === undefined ? [] : [{ floatingIp, fixedIp }];
}

const forwardingRule =
  /^-A \S+ -d (\S+)\/32 -p (tcp|udp) .*--dport (\d+)(?::(\d+))? -j DNAT --to-destination ([0-9.]+):(\d+)(?:-(\d+)\/\d+)?$/;

function forwardingOf(rule: string): PortForwardingTranslation[] {
  const [, floatingIp = "", protocol, from, until, fixedIp = "", first, last] = forwardingRule.exec(rule) ?? [];
  if (protocol !== "tcp" && protocol !== "udp") return [];
  const externalPorts = { first: Number(from), last: Number(until ?? from) };
  return [
    {
      floatingIp,
      fixedIp,
      protocol,
      externalPorts,
      internalPorts: { first: Number(first), last: Number(last ?? first) },
    },
  ];
}

/** "203.0.113.9 . 6 . 80-90 : 10.0.0.5 . 80"; of ports that keep their number the value is the address alone. */
function forwardedBy({ key, value }: FilterElement): PortForwardingTranslation[] {
  const [floatingIp = "", number, ports = ""] = key.split(" . ");
  const [fixedIp = "", port] = value.split(" . ");
  const protocol = (["tcp", "udp"] as const).find((name) => String(protocolNumbers[name]) === number);
  if (protocol === undefined) return [];
  const externalPorts = rangeIn(ports);
  const internalPorts = port === undefined ? externalPorts : rangeIn(port);
  return [{ floatingIp, fixedIp, protocol, externalPorts, internalPorts }];
}

function rangeIn(text: string): PortRange {
  const [first = "", last = first] = text.split("-");
  return { first: Number(first), last: Number(last) };
}

/** Ports that lead one after another to ports one after another are one range again. */
function joined(single: readonly PortForwardingTranslation[]): PortForwardingTranslation[] {
  const found: PortForwardingTranslation[] = [];
  const inOrder = single.toSorted(
    (a, b) => placeOf(a).localeCompare(placeOf(b)) || a.externalPorts.first - b.externalPorts.first,
  );
  for (const one of inOrder) {
    const before = found.at(-1);
    if (
      before !== undefined &&
      placeOf(before) === placeOf(one) &&
      before.externalPorts.last === one.externalPorts.first - 1
    )
      found[found.length - 1] = {
        ...before,
        externalPorts: { ...before.externalPorts, last: one.externalPorts.last },
        internalPorts: { ...before.internalPorts, last: one.internalPorts.last },
      };
    else found.push(one);
  }
  return found;
}

const placeOf = ({ floatingIp, fixedIp, protocol, externalPorts, internalPorts }: PortForwardingTranslation): string =>
  `${floatingIp} ${protocol} ${fixedIp} ${internalPorts.first - externalPorts.first}`;
