import { DomainError } from "@rhumbline/event-sourcing";
import { nameSome } from "../resource/name-some.ts";

export class FloatingIpUnreachable extends DomainError {
  readonly kind = "conflict";
  readonly reason = "FLOATING_IP_UNREACHABLE";

  constructor(fixedIpAddress: string, subnetId: string, networkId: string) {
    super(
      `no router links subnet ${subnetId} of ${fixedIpAddress} to network ${networkId}: it needs an interface in the one and its gateway in the other`,
      { fixedIpAddress, subnetId, networkId },
    );
  }
}

export class FixedIpHasFloatingIp extends DomainError {
  readonly kind = "already-exists";
  readonly reason = "FIXED_IP_HAS_FLOATING_IP";

  constructor(portId: string, fixedIpAddress: string, floatingIpId: string) {
    super(`${fixedIpAddress} of port ${portId} has floating IP ${floatingIpId} on this network already`, {
      portId,
      fixedIpAddress,
      floatingIpId,
    });
  }
}

/** A floating IP stands for a whole port or forwards single ones. */
export class FloatingIpForwardsPorts extends DomainError {
  readonly kind = "conflict";
  readonly reason = "FLOATING_IP_FORWARDS_PORTS";

  constructor(floatingIpId: string, portForwardingIds: readonly string[]) {
    super(
      `floating IP ${floatingIpId} forwards single ports by port forwardings ${nameSome(portForwardingIds)}: delete them before it stands for a port`,
      { floatingIpId, portForwardingIds: portForwardingIds.join(",") },
    );
  }
}
