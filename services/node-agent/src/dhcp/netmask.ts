import { formatIpAddress } from "@rhumbline/net";

/** "255.255.255.0" of 24. */
export function netmaskOf(prefixLength: number): string {
  const all = (1n << 32n) - 1n;
  return formatIpAddress({ family: 4, value: all ^ (all >> BigInt(prefixLength)) });
}
