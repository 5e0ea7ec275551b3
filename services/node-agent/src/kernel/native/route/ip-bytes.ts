import { formatIpAddress, parseIpAddress } from "@rhumbline/net";

export const AF_INET = 2;
const AF_INET6 = 10;

export const addressFamily = (version: 4 | 6): number => (version === 4 ? AF_INET : AF_INET6);

/** An address as packets carry it: 4 or 16 bytes.
 *  @throws {InvalidIpAddress} */
export function ipBytes(text: string): Buffer {
  const { family, value } = parseIpAddress(text);
  return Buffer.from(value.toString(16).padStart(family === 4 ? 8 : 32, "0"), "hex");
}

export function ipText(bytes: Buffer): string {
  const value = BigInt(`0x${bytes.toString("hex")}`);
  return formatIpAddress({ family: bytes.length === 4 ? 4 : 6, value });
}
