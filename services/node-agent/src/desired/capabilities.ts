import type { HostFacts } from "./host-facts.ts";

/** What the scheduler may ask of this node: all that its agent does, as far as settings and kernel go. */
export function capabilitiesOf({
  tunnelIp,
  lacks,
  backend,
}: Pick<HostFacts, "tunnelIp" | "lacks" | "backend">): string[] {
  const inOverlays = tunnelIp !== "" && !lacks.has("vxlan");
  return [
    "routers",
    "flat",
    "local",
    backend,
    ...(inOverlays ? ["vxlan"] : []),
    ...(lacks.has("vlan") ? [] : ["vlan"]),
  ];
}
