import { DomainError } from "@rhumbline/event-sourcing";

export class PortOwnedByDevice extends DomainError {
  readonly kind = "conflict";
  readonly reason = "PORT_OWNED_BY_DEVICE";

  constructor(portId: string, deviceOwner: string, deviceId: string) {
    super(`port ${portId} belongs to ${deviceId} (${deviceOwner}): change that instead`, {
      portId,
      deviceOwner,
      deviceId,
    });
  }
}

/** A port can be a router's interface only while it serves nothing else. */
export class PortServesAnother extends DomainError {
  readonly kind = "conflict";
  readonly reason = "PORT_OWNED_BY_DEVICE";

  constructor(portId: string, deviceId: string) {
    super(`port ${portId} serves ${deviceId}: a router takes only a port without device_id`, { portId, deviceId });
  }
}

export class PortBoundElsewhere extends DomainError {
  readonly kind = "conflict";
  readonly reason = "PORT_BOUND_ELSEWHERE";

  constructor(portId: string, device: string, nodeName: string) {
    super(`port ${portId} is bound to device ${device} on node ${nodeName}: unbind it first, or move it`, {
      portId,
      device,
      nodeName,
    });
  }
}

export class PortNotBound extends DomainError {
  readonly kind = "conflict";
  readonly reason = "PORT_NOT_BOUND";

  constructor(portId: string) {
    super(`port ${portId} is bound nowhere, so there is nothing to move: bind it`, { portId });
  }
}

export class PortMoving extends DomainError {
  readonly kind = "conflict";
  readonly reason = "PORT_MOVING";

  constructor(portId: string, device: string, nodeId: string) {
    super(`port ${portId} is on its way to device ${device} on node ${nodeId}: finish that, or abort it`, {
      portId,
      device,
      nodeId,
    });
  }
}

export class PortNotMoving extends DomainError {
  readonly kind = "conflict";
  readonly reason = "PORT_NOT_MOVING";

  constructor(portId: string) {
    super(`port ${portId} is not on its way to another node: start its move first`, { portId });
  }
}

export class DeviceInUse extends DomainError {
  readonly kind = "already-exists";
  readonly reason = "DEVICE_IN_USE";

  constructor(device: string, nodeName: string, portId: string) {
    super(`device ${device} on node ${nodeName} is bound to port ${portId}: unbind that one, or name another device`, {
      device,
      nodeName,
      portId,
    });
  }
}

export class FixedIpRequiredByFloatingIp extends DomainError {
  readonly kind = "conflict";
  readonly reason = "FIXED_IP_REQUIRED_BY_FLOATING_IP";

  constructor(portId: string, fixedIpAddress: string, floatingIpId: string) {
    super(`floating IP ${floatingIpId} stands for ${fixedIpAddress} of port ${portId}: disassociate it first`, {
      portId,
      fixedIpAddress,
      floatingIpId,
    });
  }
}

export class FixedIpRequiredByPortForwarding extends DomainError {
  readonly kind = "conflict";
  readonly reason = "FIXED_IP_REQUIRED_BY_PORT_FORWARDING";

  constructor(portId: string, fixedIpAddress: string, portForwardingId: string) {
    super(`port forwarding ${portForwardingId} leads to ${fixedIpAddress} of port ${portId}: delete it first`, {
      portId,
      fixedIpAddress,
      portForwardingId,
    });
  }
}

export class PortSecurityDisabled extends DomainError {
  readonly kind = "conflict";
  readonly reason = "PORT_SECURITY_DISABLED";

  constructor(portId: string, field: string) {
    super(`port ${portId} would have no port security, and ${field}: clear the one or leave the other`, {
      portId,
      field,
    });
  }
}
