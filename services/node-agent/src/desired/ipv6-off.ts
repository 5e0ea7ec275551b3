/** The sysctl that keeps a host-side device from speaking IPv6 of its own: solicitations would leak into tenant networks. */
export function ipv6OffSysctl(device: string): string {
  return `net.ipv6.conf.${device}.disable_ipv6`;
}

/** Of a sysctl that is one device's: the device, which may have dots in its name. */
export function deviceOfSysctl(sysctl: string): string | undefined {
  return /^net\.ipv6\.conf\.(.+)\.[^.]+$/.exec(sysctl)?.[1];
}
