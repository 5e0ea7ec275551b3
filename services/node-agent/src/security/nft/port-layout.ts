import { portElements } from "../bridge/port-elements.ts";
import type { FilterObject } from "../filter-object.ts";
import type { PortSecurity } from "../model.ts";
import { chain } from "../objects.ts";
import { acceptEstablished } from "./base-layout.ts";

/** A port's own chains, and its elements of what all ports share. */
export function portLayout(port: PortSecurity): FilterObject[] {
  const { device, filtered, groupIds } = port;
  const chains = (["egress", "ingress"] as const).map((direction) =>
    chain("bridge", `${direction}-${device}`, [
      acceptEstablished,
      `jump ${direction}-basics`,
      ...groupIds.map((id) => `jump ${direction}-${id}`),
      "drop",
    ]),
  );
  const verdicts = { egress: `jump egress-${device}`, ingress: `jump ingress-${device}` };
  return [...(filtered ? chains : []), ...portElements(port, verdicts)];
}
