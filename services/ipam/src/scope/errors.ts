import { DomainError } from "@rhumbline/event-sourcing";

export class SubnetOverlaps extends DomainError {
  readonly kind = "conflict";
  readonly reason = "SUBNET_OVERLAPS";

  constructor(cidr: string, other: string, otherSubnetId: string) {
    super(`${cidr} overlaps ${other} of subnet ${otherSubnetId} in the same network; choose a CIDR apart from it`, {
      cidr,
      overlaps: other,
      subnetId: otherSubnetId,
    });
  }
}

export class MacAddressInUse extends DomainError {
  readonly kind = "already-exists";
  readonly reason = "MAC_ADDRESS_IN_USE";

  constructor(macAddress: string, ownerId: string) {
    super(`${macAddress} is held by ${ownerId} in this network`, { macAddress, ownerId });
  }
}

/** Neutron's MacAddressGenerationFailure. */
export class MacAddressesExhausted extends DomainError {
  readonly kind = "exhausted";
  readonly reason = "MAC_ADDRESSES_EXHAUSTED";

  constructor(scopeId: string, tries: number) {
    super(`${tries} MAC addresses drawn at random are all taken in network ${scopeId}: name one, or try again`, {
      networkId: scopeId,
    });
  }
}

export class NetworkClosing extends DomainError {
  readonly kind = "conflict";
  readonly reason = "NETWORK_CLOSING";

  constructor(scopeId: string) {
    super(`network ${scopeId} is being deleted: nothing new can be made in it`, { networkId: scopeId });
  }
}

export class MtuTooSmallForIpv6 extends DomainError {
  readonly kind = "conflict";
  readonly reason = "MTU_TOO_SMALL_FOR_IPV6";

  constructor(scopeId: string, subnetId: string) {
    super(
      `network ${scopeId} can't have an MTU below 1280 together with IPv6 subnet ${subnetId} (RFC 8200, section 5)`,
      {
        networkId: scopeId,
        subnetId,
      },
    );
  }
}

export class NetworkInUse extends DomainError {
  readonly kind = "conflict";
  readonly reason = "NETWORK_IN_USE";

  constructor(scopeId: string, subnetIds: readonly string[], ownerIds: readonly string[]) {
    const users = [...subnetIds.map((id) => `subnet ${id}`), ...ownerIds.map((id) => `port ${id}`)];
    super(`network ${scopeId} is still used by ${listed(users)}; delete those first`, {
      networkId: scopeId,
      subnetIds: subnetIds.join(","),
      portIds: ownerIds.join(","),
    });
  }
}

const listed = (users: readonly string[]): string =>
  users.length <= 5 ? users.join(", ") : `${users.slice(0, 5).join(", ")} and ${users.length - 5} more`;
