const octet = /^(0|[1-9][0-9]{0,2})$/;

/** Four decimal octets without leading zeros, as a number of 32 bits; undefined when the text is anything else.
 *  A leading zero is refused because readers disagree on it: some take 010 as eight (RFC 6943 section 3.1.1). */
export function readIpv4Text(text: string): bigint | undefined {
  const parts = text.split(".");
  if (parts.length !== 4) return undefined;
  let value = 0n;
  for (const part of parts) {
    if (!octet.test(part) || Number(part) > 255) return undefined;
    value = (value << 8n) | BigInt(part);
  }
  return value;
}

/** The dotted decimal text of a number of 32 bits. */
export function writeIpv4Text(value: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 0xffn).join(".");
}
