import { DomainError } from "@rhumbline/event-sourcing";

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
