const octet = "(0|[1-9][0-9]{0,2})";
const dottedDecimal = new RegExp(`^${octet}\\.${octet}\\.${octet}\\.${octet}$`);

/** Four decimal octets without leading zeros, as a number of 32 bits; undefined when the text is anything else.
 *  A leading zero is refused because readers disagree on it: some take 010 as eight (RFC 6943 section 3.1.1). */
export function readIpv4Text(text: string): bigint | undefined {
  const found = dottedDecimal.exec(text);
  if (found === null) return undefined;
  let value = 0;
  for (let place = 1; place <= 4; place += 1) {
    const part = Number(found[place]);
    if (part > 255) return undefined;
    value = value * 256 + part;
  }
  return BigInt(value);
}

/** The dotted decimal text of a number of 32 bits. */
export function writeIpv4Text(value: bigint): string {
  const bits = Number(value);
  return `${bits >>> 24}.${(bits >>> 16) & 255}.${(bits >>> 8) & 255}.${bits & 255}`;
}
