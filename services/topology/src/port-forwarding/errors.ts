import { DomainError } from "@rhumbline/event-sourcing";
import type { PortForwarding } from "./state.ts";

export class PortForwardingOverlaps extends DomainError {
  readonly kind = "already-exists";
  readonly reason = "PORT_FORWARDING_OVERLAPS";

  constructor(wanted: PortForwarding, other: PortForwarding) {
    super(
      `external ports ${portsText(wanted)} overlap ${portsText(other)} of port forwarding ${other.id}, of the same floating IP ${other.floatingIpId}`,
      { floatingIpId: other.floatingIpId, portForwardingId: other.id },
    );
  }
}

/** A floating IP stands for a whole port or forwards single ones. */
export class FloatingIpAssociated extends DomainError {
  readonly kind = "conflict";
  readonly reason = "FLOATING_IP_ASSOCIATED";

  constructor(floatingIpId: string, portId: string) {
    super(
      `floating IP ${floatingIpId} stands for port ${portId} as a whole: disassociate it before it forwards ports`,
      {
        floatingIpId,
        portId,
      },
    );
  }
}

export class PortForwardingNeedsOtherRouter extends DomainError {
  readonly kind = "conflict";
  readonly reason = "PORT_FORWARDING_NEEDS_OTHER_ROUTER";

  constructor({ floatingIpId, routerId, internalIpAddress }: PortForwarding, present: string) {
    super(
      `router ${routerId} leads to ${internalIpAddress}, but floating IP ${floatingIpId} forwards ports on router ${present}: take another floating IP`,
      { floatingIpId, routerId, presentRouterId: present },
    );
  }
}

function portsText({ protocol, externalPorts: { first, last } = { first: 0, last: 0 } }: PortForwarding): string {
  const name = protocol.replace("PORT_FORWARDING_PROTOCOL_", "").toLowerCase();
  return first === last ? `${name} ${first}` : `${name} ${first}-${last}`;
}
