import type { PortRange } from "./rule-model.ts";

/** What a router translates: the input of its rules. */
export interface RouterTranslation {
  /** Undefined: the router has no external gateway with an IPv4 address, and translates nothing. */
  readonly gateway: GatewayTranslation | undefined;
  readonly floatingIps: readonly FloatingIpTranslation[];
  readonly portForwardings: readonly PortForwardingTranslation[];
}

export interface GatewayTranslation {
  readonly device: string;
  readonly address: string;
  /** Whether instances without a floating IP go out through the address. */
  readonly snat: boolean;
}

/** External ports of a floating IP to internal ones of a fixed IP, as many or a single one. */
export interface PortForwardingTranslation {
  readonly floatingIp: string;
  readonly fixedIp: string;
  readonly protocol: "tcp" | "udp";
  readonly externalPorts: PortRange;
  readonly internalPorts: PortRange;
}

export interface FloatingIpTranslation {
  readonly floatingIp: string;
  readonly fixedIp: string;
}
