import { portElements } from "../bridge/port-elements.ts";
import type { FilterObject } from "../filter-object.ts";
import type { PortSecurity } from "../model.ts";
import { chain, element } from "../objects.ts";
import { ifPassed } from "./base-layout.ts";
import { chains, groupChain, portChain, tableOf } from "./names.ts";

/** A port's own chains and what leads to them; in the bridge's own hooks it waits for what they say. */
export function portLayout(port: PortSecurity): FilterObject[] {
  const rules = port.filtered ? ([4, 6] as const).flatMap((family) => rulesOf(port, family)) : [];
  return [...rules, ...portElements(port, { egress: ifPassed, ingress: ifPassed })];
}

function rulesOf({ device, groupIds }: PortSecurity, family: 4 | 6): FilterObject[] {
  const table = tableOf(family, "filter");
  return (["egress", "ingress"] as const).flatMap((direction) => {
    const own = portChain(direction, device);
    const basics = direction === "egress" ? chains.egressBasics : chains.ingressBasics;
    const side = direction === "egress" ? "in" : "out";
    return [
      chain(table, own, [`-j ${basics}`, ...groupIds.map((id) => `-j ${groupChain(direction, id)}`), "-j DROP"]),
      element(table, chains[direction], `-m physdev --physdev-${side} ${device} --physdev-is-bridged`, `-j ${own}`),
    ];
  });
}
