/** An Ethernet address as a number of 48 bits. */
export interface MacAddress {
  readonly value: bigint;
}

/** Neutron's default `base_mac`: its first three octets stand before those of every port. */
export const defaultBaseMac: MacAddress = { value: 0xfa163e000000n };

export class InvalidMacAddress extends Error {
  override readonly name = "InvalidMacAddress";
  readonly text: string;
  constructor(text: string) {
    super(`${JSON.stringify(text)} is not a MAC address: expected six octets such as fa:16:3e:00:00:01`);
    this.text = text;
  }
}

/** Six octets of two hexadecimal digits, joined by `:` or by `-`, in either case.
 *  @throws InvalidMacAddress for anything else. */
export function parseMac(text: string): MacAddress {
  if (!/^[0-9a-f]{2}([:-])[0-9a-f]{2}(\1[0-9a-f]{2}){4}$/i.test(text)) throw new InvalidMacAddress(text);
  return { value: BigInt(`0x${text.replaceAll(/[:-]/g, "")}`) };
}

/** The canonical text: lower case, joined by `:`. */
export function formatMac(mac: MacAddress): string {
  const digits = mac.value.toString(16).padStart(12, "0");
  let text = digits.slice(0, 2);
  for (let at = 2; at < digits.length; at += 2) text += `:${digits.slice(at, at + 2)}`;
  return text;
}

export function compareMacs(a: MacAddress, b: MacAddress): number {
  if (a.value === b.value) return 0;
  return a.value < b.value ? -1 : 1;
}

export function sameMac(a: MacAddress, b: MacAddress): boolean {
  return a.value === b.value;
}

/** The first three octets of `base` before three bytes of the caller's, who draws them at random.
 *  @throws RangeError for any other number of bytes. */
export function macUnderBase(base: MacAddress, bytes: Uint8Array): MacAddress {
  if (bytes.length !== 3) throw new RangeError(`a MAC under a base takes 3 bytes, not ${bytes.length}`);
  const drawn = bytes.reduce((value, byte) => value * 256 + byte, 0);
  return { value: ((base.value >> 24n) << 24n) | BigInt(drawn) };
}

/** Whether a port can have it: it is no group address (broadcast included), and not all zero, which stands for none. */
export function isUnicastMac({ value }: MacAddress): boolean {
  return value !== 0n && ((value >> 40n) & 1n) === 0n;
}
