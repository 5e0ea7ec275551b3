import { DomainError } from "@rhumbline/event-sourcing";

export class IpAddressesExhausted extends DomainError {
  readonly kind = "exhausted";
  readonly reason = "IP_ADDRESSES_EXHAUSTED";

  /** @param reuseDelayMs given when released addresses are free but not yet to be used again. */
  constructor(subnetId: string, reuseDelayMs?: number) {
    const rest = reuseDelayMs === undefined ? "" : `; released ones are given again after ${reuseDelayMs / 1000} s`;
    super(`subnet ${subnetId} has no free address in its allocation pools${rest}`, { subnetId });
  }
}

export class IpAddressInUse extends DomainError {
  readonly kind = "already-exists";
  readonly reason = "IP_ADDRESS_IN_USE";

  constructor(ipAddress: string, ownerId: string) {
    super(`${ipAddress} is held by port ${ownerId}`, { ipAddress, ownerId });
  }
}

export class IpAddressOutsideSubnet extends DomainError {
  readonly kind = "invalid";
  readonly reason = "IP_ADDRESS_OUTSIDE_SUBNET";

  constructor(field: string, ipAddress: string, cidr: string) {
    const description = `${ipAddress} is no address that a host can have in ${cidr}`;
    super(`${field}: ${description}`, { ipAddress, cidr }, [{ field, description }]);
  }
}

export class GatewayInAllocationPool extends DomainError {
  readonly kind = "conflict";
  readonly reason = "GATEWAY_IN_ALLOCATION_POOL";

  constructor(gatewayIp: string, pool: string) {
    super(`gateway ${gatewayIp} lies in the allocation pool ${pool}; choose pools without it`, { gatewayIp, pool });
  }
}

export class GatewayIpInUse extends DomainError {
  readonly kind = "conflict";
  readonly reason = "GATEWAY_IP_IN_USE";

  constructor(subnetId: string, gatewayIp: string, ownerId: string) {
    super(`port ${ownerId} holds ${gatewayIp}, the gateway of subnet ${subnetId}: remove it from its router first`, {
      subnetId,
      gatewayIp,
      portId: ownerId,
    });
  }
}

export class SubnetInUse extends DomainError {
  readonly kind = "conflict";
  readonly reason = "SUBNET_IN_USE";

  constructor(subnetId: string, ownerIds: readonly string[]) {
    const shown = ownerIds.slice(0, 5).join(", ");
    const more = ownerIds.length > 5 ? ` and ${ownerIds.length - 5} more` : "";
    super(`subnet ${subnetId} still holds addresses of port ${shown}${more}; delete those first`, {
      subnetId,
      portIds: ownerIds.join(","),
    });
  }
}

export class SubnetHasNoGateway extends DomainError {
  readonly kind = "conflict";
  readonly reason = "SUBNET_HAS_NO_GATEWAY";

  constructor(subnetId: string) {
    super(`subnet ${subnetId} has no gateway address; give the router a port of its own in it`, { subnetId });
  }
}

export class InvalidIpv6Mode extends DomainError {
  readonly kind = "invalid";
  readonly reason = "INVALID_IPV6_MODE";

  constructor(field: string, description: string) {
    super(`${field}: ${description}`, {}, [{ field, description }]);
  }
}

export class AddressNotOfMac extends DomainError {
  readonly kind = "invalid";
  readonly reason = "ADDRESS_NOT_OF_MAC";

  constructor(subnetId: string, ipAddress: string, expected: string) {
    super(`instances in subnet ${subnetId} make their own addresses: this one gets ${expected}, never ${ipAddress}`, {
      subnetId,
      ipAddress,
      expected,
    });
  }
}
