import type { DesiredForwarding, DesiredPort } from "@rhumbline/proto/rhumbline/agent/v1/desired";
import type { ResourceKey } from "../resource-key.ts";

/** A port whose instance has a name, here or on another node. */
export interface NamedPort {
  readonly resource: ResourceKey;
  readonly portId: string;
  readonly dnsName: string;
  readonly ipAddresses: readonly string[];
}

/** Of a network. Where that isn't on the overlay only the ports here are known. */
export function namedPorts(
  ports: ReadonlyMap<ResourceKey, DesiredPort>,
  forwardings: ReadonlyMap<ResourceKey, DesiredForwarding>,
): NamedPort[] {
  return [...ports, ...forwardings].flatMap(([resource, { portId, dnsName, ipAddresses }]) =>
    dnsName === "" ? [] : [{ resource, portId, dnsName, ipAddresses }],
  );
}
