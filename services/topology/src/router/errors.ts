import { DomainError } from "@rhumbline/event-sourcing";
import { nameSome } from "../resource/name-some.ts";

export class RouterInUse extends DomainError {
  readonly kind = "conflict";
  readonly reason = "ROUTER_IN_USE";

  constructor(routerId: string, subnetIds: readonly string[]) {
    super(`router ${routerId} still has interfaces in subnets ${nameSome(subnetIds)}: remove them first`, {
      routerId,
      subnetIds: subnetIds.join(","),
    });
  }
}

export class RouterSubnetsOverlap extends DomainError {
  readonly kind = "conflict";
  readonly reason = "ROUTER_SUBNETS_OVERLAP";

  constructor(routerId: string, cidr: string, other: string, otherSubnetId: string) {
    super(`${cidr} overlaps ${other} of subnet ${otherSubnetId}, which router ${routerId} serves already`, {
      routerId,
      cidr,
      overlaps: other,
      subnetId: otherSubnetId,
    });
  }
}

export class RouterInterfaceExists extends DomainError {
  readonly kind = "already-exists";
  readonly reason = "ROUTER_INTERFACE_EXISTS";

  constructor(routerId: string, subnetId: string, portId: string) {
    super(`router ${routerId} has an address in subnet ${subnetId} already, of port ${portId}`, {
      routerId,
      subnetId,
      portId,
    });
  }
}

export class RouterRequiredByFloatingIp extends DomainError {
  readonly kind = "conflict";
  readonly reason = "ROUTER_REQUIRED_BY_FLOATING_IP";

  constructor(routerId: string, floatingIpIds: readonly string[]) {
    super(`router ${routerId} translates floating IPs ${nameSome(floatingIpIds)} this way: disassociate them first`, {
      routerId,
      floatingIpIds: floatingIpIds.join(","),
    });
  }
}

export class RouterRequiredByPortForwarding extends DomainError {
  readonly kind = "conflict";
  readonly reason = "ROUTER_REQUIRED_BY_PORT_FORWARDING";

  constructor(routerId: string, portForwardingIds: readonly string[]) {
    super(`router ${routerId} translates port forwardings ${nameSome(portForwardingIds)} this way: delete them first`, {
      routerId,
      portForwardingIds: portForwardingIds.join(","),
    });
  }
}

export class RouterRequiredByRoute extends DomainError {
  readonly kind = "conflict";
  readonly reason = "ROUTER_REQUIRED_BY_ROUTE";

  constructor(routerId: string, destination: string, nextHop: string) {
    super(`router ${routerId} reaches ${nextHop}, next hop of its route to ${destination}, this way: remove it first`, {
      routerId,
      destination,
      nextHop,
    });
  }
}

export class RouteShadowsSubnet extends DomainError {
  readonly kind = "conflict";
  readonly reason = "ROUTE_SHADOWS_SUBNET";

  constructor(routerId: string, destination: string, nextHop: string, subnetId: string) {
    super(
      `the route to ${destination} by ${nextHop} would hide subnet ${subnetId}, which router ${routerId} is connected to: a narrower or wider destination would not`,
      { routerId, destination, nextHop, subnetId },
    );
  }
}

export class RouterInterfacesExhausted extends DomainError {
  readonly kind = "exhausted";
  readonly reason = "ROUTER_INTERFACES_EXHAUSTED";

  constructor(routerId: string, max: number) {
    super(`router ${routerId} has ${max} interfaces, as many as one can have: add this one to another router`, {
      routerId,
      max: String(max),
    });
  }
}
