const [dot, zero, nine] = [46, 48, 57];

/** Four decimal octets without leading zeros, as a number of 32 bits; undefined when the text is anything else.
 *  A leading zero is refused because readers disagree on it: some take 010 as eight (RFC 6943 section 3.1.1).
 *  Read by hand: a service that starts reads hundreds of thousands. */
export function readIpv4Text(text: string): bigint | undefined {
  let value = 0;
  let octet = 0;
  let digits = 0;
  let octets = 1;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code >= zero && code <= nine) {
      if (digits > 0 && octet === 0) return undefined;
      octet = octet * 10 + code - zero;
      digits += 1;
      if (octet > 255) return undefined;
    } else if (code === dot && digits > 0) {
      value = value * 256 + octet;
      octets += 1;
      octet = 0;
      digits = 0;
    } else return undefined;
  }
  return octets === 4 && digits > 0 ? BigInt(value * 256 + octet) : undefined;
}

/** The dotted decimal text of a number of 32 bits. */
export function writeIpv4Text(value: bigint): string {
  const bits = Number(value);
  return `${bits >>> 24}.${(bits >>> 16) & 255}.${(bits >>> 8) & 255}.${bits & 255}`;
}
