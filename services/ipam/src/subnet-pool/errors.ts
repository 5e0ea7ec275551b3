import { DomainError } from "@rhumbline/event-sourcing";

export class SubnetPoolExhausted extends DomainError {
  readonly kind = "exhausted";
  readonly reason = "SUBNET_POOL_EXHAUSTED";

  constructor(subnetPoolId: string, prefixLength: number) {
    super(`no /${prefixLength} is free in subnet pool ${subnetPoolId}`, {
      subnetPoolId,
      prefixLength: String(prefixLength),
    });
  }
}

export class SubnetPoolInUse extends DomainError {
  readonly kind = "conflict";
  readonly reason = "SUBNET_POOL_IN_USE";

  constructor(subnetPoolId: string, subnetIds: readonly string[]) {
    const shown = subnetIds.slice(0, 5).join(", ");
    const more = subnetIds.length > 5 ? ` and ${subnetIds.length - 5} more` : "";
    super(`subnet pool ${subnetPoolId} is needed by subnet ${shown}${more}; delete those first`, {
      subnetPoolId,
      subnetIds: subnetIds.join(","),
    });
  }
}

export class CidrOutsideSubnetPool extends DomainError {
  readonly kind = "invalid";
  readonly reason = "CIDR_OUTSIDE_SUBNET_POOL";

  constructor(subnetPoolId: string, cidr: string, prefixes: readonly string[]) {
    const description = `${cidr} does not lie in the subnet pool's prefixes ${prefixes.join(", ")}`;
    super(`subnet.cidr: ${description}`, { subnetPoolId, cidr }, [{ field: "subnet.cidr", description }]);
  }
}

export class CidrInUse extends DomainError {
  readonly kind = "already-exists";
  readonly reason = "CIDR_IN_USE";

  constructor(subnetPoolId: string, cidr: string, other: string, otherSubnetId: string) {
    super(`${cidr} overlaps ${other} of subnet ${otherSubnetId} in subnet pool ${subnetPoolId}`, {
      subnetPoolId,
      cidr,
      overlaps: other,
      subnetId: otherSubnetId,
    });
  }
}

export class SubnetPoolQuotaExceeded extends DomainError {
  readonly kind = "exhausted";
  readonly reason = "SUBNET_POOL_QUOTA_EXCEEDED";

  /** @param unit what is counted: "addresses". */
  constructor(
    subnetPoolId: string,
    projectId: string,
    amounts: { taken: bigint; more: bigint; quota: number; unit: string },
  ) {
    const { taken, more, quota, unit } = amounts;
    super(
      `project ${projectId} has ${taken} ${unit} of subnet pool ${subnetPoolId} and may have ${quota}: ${more} more are too many`,
      { subnetPoolId, projectId, taken: String(taken), wanted: String(more), quota: String(quota) },
    );
  }
}

export class DefaultSubnetPoolExists extends DomainError {
  readonly kind = "already-exists";
  readonly reason = "DEFAULT_SUBNET_POOL_EXISTS";

  constructor(ipVersion: number, subnetPoolId: string) {
    super(`subnet pool ${subnetPoolId} is the default for IPv${ipVersion}: make it none first`, {
      ipVersion: String(ipVersion),
      subnetPoolId,
    });
  }
}

export class NoDefaultSubnetPool extends DomainError {
  readonly kind = "conflict";
  readonly reason = "NO_DEFAULT_SUBNET_POOL";

  constructor(ipVersion: number) {
    super(`no subnet pool is the default for IPv${ipVersion}: name one, or give a CIDR`, {
      ipVersion: String(ipVersion),
    });
  }
}
