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

  /** @param subnetIds of the pool's own project. @param others how many other projects have. */
  constructor(subnetPoolId: string, subnetIds: readonly string[], others: number) {
    const shown = subnetIds.slice(0, 5).map((id) => `subnet ${id}`);
    const more = subnetIds.length > shown.length ? [`${subnetIds.length - shown.length} more`] : [];
    const users = [...shown, ...more, ...(others > 0 ? [`${others} of other projects`] : [])].join(", ");
    super(`subnet pool ${subnetPoolId} is needed by ${users}; delete those first`, {
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

  /** @param other undefined: it is another project's. */
  constructor(subnetPoolId: string, cidr: string, other: { cidr: string; subnetId: string } | undefined) {
    const what = other === undefined ? "a subnet of another project" : `${other.cidr} of subnet ${other.subnetId}`;
    const overlapped = other === undefined ? undefined : { overlaps: other.cidr, subnetId: other.subnetId };
    super(`${cidr} overlaps ${what} in subnet pool ${subnetPoolId}`, { subnetPoolId, cidr, ...overlapped });
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
