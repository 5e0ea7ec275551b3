import { DomainError } from "@rhumbline/event-sourcing";
import { nameSome } from "../resource/name-some.ts";

export class NetworkInUse extends DomainError {
  readonly kind = "conflict";
  readonly reason = "NETWORK_IN_USE";

  constructor(networkId: string, portIds: readonly string[], subnetIds: readonly string[]) {
    const users = [
      ...(portIds.length > 0 ? [`ports ${nameSome(portIds)}`] : []),
      ...(subnetIds.length > 0 ? [`subnets ${nameSome(subnetIds)}`] : []),
    ];
    super(`network ${networkId} still has ${users.join(", and ")}: delete them first`, {
      networkId,
      portIds: portIds.join(","),
      subnetIds: subnetIds.join(","),
    });
  }
}

export class ExternalNetworkInUse extends DomainError {
  readonly kind = "conflict";
  readonly reason = "NETWORK_IN_USE";

  constructor(networkId: string, users: readonly string[]) {
    super(`network ${networkId} must stay external for ${nameSome(users)}`, { networkId, users: users.join(",") });
  }
}

export class NetworkNotExternal extends DomainError {
  readonly kind = "conflict";
  readonly reason = "NETWORK_NOT_EXTERNAL";

  constructor(networkId: string) {
    super(`network ${networkId} is not external: it can't be a gateway or give floating IPs`, { networkId });
  }
}

export class NetworkUsedByOtherProjects extends DomainError {
  readonly kind = "conflict";
  readonly reason = "NETWORK_USED_BY_OTHER_PROJECTS";

  constructor(networkId: string, portIds: readonly string[]) {
    super(`network ${networkId} must stay shared for ports ${nameSome(portIds)} of other projects`, {
      networkId,
      portIds: portIds.join(","),
    });
  }
}
