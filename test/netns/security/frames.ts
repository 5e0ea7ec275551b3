/** Programs for instances, run by Python: what an honest network stack would not send, once; and datagrams in a row. */

const program = (lines: string, ...args: readonly string[]): string[] => [
  "python3",
  "-c",
  `import socket, sys\n${lines}`,
  ...args,
];

/** "10.0.1.12 is at <sender>", told by ARP (RFC 826) to everybody, in a frame from `source`. */
export const arpReply = (claim: {
  readonly source: string;
  readonly sender: string;
  readonly address: string;
}): string[] =>
  program(
    `
mac = lambda text: bytes.fromhex(text.replace(":", ""))
source, sender, address = sys.argv[1:]
everybody = b"\\xff" * 6
arp = bytes.fromhex("0001080006040002") + mac(sender) + socket.inet_aton(address) + everybody + socket.inet_aton(address)
raw = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
raw.bind(("eth0", 0))
raw.send(everybody + mac(source) + bytes.fromhex("0806") + arp)`,
    claim.source,
    claim.sender,
    claim.address,
  );

/** An ICMPv6 message (RFC 4861) to all nodes, with the hop limit that neighbours insist on; the kernel adds its checksum. */
const icmpv6 = (hex: string): string[] =>
  program(
    `
raw = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6)
raw.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, 255)
raw.sendto(bytes.fromhex(sys.argv[1]), ("ff02::1", 0, 0, socket.if_nametoindex("eth0")))`,
    hex,
  );

/** "I have <address>": unsolicited, overriding what was known. */
export const neighbourAdvertisement = (address: string): string[] =>
  program(
    `
raw = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6)
raw.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, 255)
raw.sendto(bytes.fromhex("8800000020000000") + socket.inet_pton(socket.AF_INET6, sys.argv[1]), ("ff02::1", 0, 0, socket.if_nametoindex("eth0")))`,
    address,
  );

/** "I am a router", for half an hour. */
export const routerAdvertisement = (): string[] => icmpv6(advertised);

/** The same behind an option that nobody knows, so long that it goes out in two fragments: what it is can't be seen in
 *  each of them (RFC 7113). */
export const fragmentedAdvertisement = (): string[] => icmpv6(`${advertised}fdff${"00".repeat(255 * 8 - 2)}`);

const advertised = "86000000400007080000000000000000";

/** "For ::1 take me": RFC 4861 §4.5. */
export const redirect = (): string[] => icmpv6(`8900000000000000${"fe80".padEnd(32, "0")}${"1".padStart(32, "0")}`);

/** A datagram to everybody on the link. */
export function datagram(version: 4 | 6, fromPort: number, toPort: number): string[] {
  const send =
    version === 4
      ? `
plain = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
plain.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
plain.bind(("", int(sys.argv[1])))
plain.sendto(b"?", ("10.0.1.255", int(sys.argv[2])))`
      : `
plain = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
plain.bind(("::", int(sys.argv[1])))
plain.sendto(b"?", ("ff02::1", int(sys.argv[2]), 0, socket.if_nametoindex("eth0")))`;
  return program(send, String(fromPort), String(toPort));
}

/** Datagrams of their own to UDP port 9, one each millisecond: so many, or without end. */
export const datagramsTo = (address: string, count?: number): string[] =>
  program(
    `
import time
here = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
left = int(sys.argv[2]) if len(sys.argv) > 2 else None
while left != 0:
    here.sendto(b"?", (sys.argv[1], 9))
    left = left and left - 1
    time.sleep(0.001)`,
    address,
    ...(count === undefined ? [] : [String(count)]),
  );
