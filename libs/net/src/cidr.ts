import {
  compareIpAddresses,
  formatIpAddress,
  InvalidIpAddress,
  type IpAddress,
  ipAddressBits,
  parseIpAddress,
} from "./ip-address.ts";

/** A network: the bits of `network` behind the first `prefixLength` are zero, which `parseCidr` and `cidrOf` see to. */
export interface Cidr {
  readonly network: IpAddress;
  readonly prefixLength: number;
}

export class InvalidCidr extends Error {
  override readonly name = "InvalidCidr";
  readonly text: string;
  constructor(text: string, reason: string, options?: ErrorOptions) {
    super(`${JSON.stringify(text)} is not a CIDR: ${reason}`, options);
    this.text = text;
  }
}

/** @throws InvalidCidr, also for host bits behind the prefix; the message then names the network that was probably meant. */
export function parseCidr(text: string): Cidr {
  const [addressText = "", lengthText, ...rest] = text.split("/");
  if (lengthText === undefined || rest.length > 0) {
    throw new InvalidCidr(text, "expected ADDRESS/PREFIX such as 192.0.2.0/24 or 2001:db8::/64");
  }
  const address = parseNetworkAddress(addressText, text);
  const bits = ipAddressBits(address.family);
  if (!/^(0|[1-9][0-9]{0,2})$/.test(lengthText) || Number(lengthText) > bits) {
    throw new InvalidCidr(text, `expected a prefix length from 0 to ${bits} for IPv${address.family}`);
  }
  const cidr = cidrOf(address, Number(lengthText));
  if (cidr.network.value !== address.value) {
    throw new InvalidCidr(text, `host bits are set; the network of that address is ${formatCidr(cidr)}`);
  }
  return cidr;
}

function parseNetworkAddress(addressText: string, text: string): IpAddress {
  try {
    return parseIpAddress(addressText);
  } catch (error) {
    if (error instanceof InvalidIpAddress) throw new InvalidCidr(text, error.message, { cause: error });
    throw error;
  }
}

export function formatCidr(cidr: Cidr): string {
  return `${formatIpAddress(cidr.network)}/${cidr.prefixLength}`;
}

/** The network of that prefix length that holds the address.
 *  @throws RangeError when the prefix length is not a whole number within the family's bits. */
export function cidrOf(address: IpAddress, prefixLength: number): Cidr {
  const bits = ipAddressBits(address.family);
  if (!Number.isInteger(prefixLength) || prefixLength < 0 || prefixLength > bits) {
    throw new RangeError(`prefix length ${prefixLength} is not within 0 to ${bits}`);
  }
  const hostBits = BigInt(bits - prefixLength);
  return { network: { family: address.family, value: (address.value >> hostBits) << hostBits }, prefixLength };
}

/** How many addresses it spans, network and broadcast included. */
export function cidrSize(cidr: Cidr): bigint {
  return 1n << BigInt(ipAddressBits(cidr.network.family) - cidr.prefixLength);
}

export function cidrContains(cidr: Cidr, address: IpAddress): boolean {
  return (
    cidr.network.family === address.family &&
    address.value >= cidr.network.value &&
    address.value < cidr.network.value + cidrSize(cidr)
  );
}

/** Whether every address of `inner` is in `outer`; a network contains itself. */
export function cidrContainsCidr(outer: Cidr, inner: Cidr): boolean {
  return inner.prefixLength >= outer.prefixLength && cidrContains(outer, inner.network);
}

export function cidrsOverlap(a: Cidr, b: Cidr): boolean {
  return cidrContainsCidr(a, b) || cidrContainsCidr(b, a);
}

/** For `sort`: by network address, the wider network first. */
export function compareCidrs(a: Cidr, b: Cidr): number {
  return compareIpAddresses(a.network, b.network) || a.prefixLength - b.prefixLength;
}
