/** What a router translates: the input of its rules. */
export interface RouterTranslation {
  /** Undefined: the router has no external gateway with an IPv4 address, and translates nothing. */
  readonly gateway: GatewayTranslation | undefined;
  readonly floatingIps: readonly FloatingIpTranslation[];
}

export interface GatewayTranslation {
  readonly device: string;
  readonly address: string;
  /** Whether instances without a floating IP go out through the address. */
  readonly snat: boolean;
}

export interface FloatingIpTranslation {
  readonly floatingIp: string;
  readonly fixedIp: string;
}
