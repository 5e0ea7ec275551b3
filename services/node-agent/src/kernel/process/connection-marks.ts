import type { MarkConnections, Operation } from "../../plan/operation.ts";
import type { BatchResult } from "../kernel.ts";
import type { Programs } from "./programs.ts";

/** `conntrack -U` knows no zones, so a program of our own speaks to the kernel (nfnetlink, IPCTNL_MSG_CT_NEW without
 *  NLM_F_CREATE): one line a connection, "family zone mark protocol source sport destination dport type code id". What has
 *  ended meanwhile (ENOENT) is as good as marked. */
const program = `
import socket, struct, sys

NETLINK_NETFILTER, REQUEST_ACK, CT_NEW, ENOENT = 12, 5, 1 << 8, 2
ORIGINAL, MARK, ZONE, IP, PROTOCOL, NESTED = 1, 8, 18, 1, 2, 1 << 15

def attribute(kind, data):
    return struct.pack("=HH", 4 + len(data), kind) + data + b"\\0" * (-len(data) % 4)

heard = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_NETFILTER)
heard.bind((0, 0))
for line in sys.stdin:
    family, zone, mark, protocol, source, sport, destination, dport, kind, code, number = line.split()
    family = socket.AF_INET6 if family == "6" else socket.AF_INET
    first = 3 if family == socket.AF_INET6 else 1
    addresses = attribute(first, socket.inet_pton(family, source)) + attribute(first + 1, socket.inet_pton(family, destination))
    parts = attribute(1, struct.pack("=B", int(protocol)))
    if kind != "-":
        offset = 7 if family == socket.AF_INET6 else 4
        parts += attribute(offset, struct.pack("!H", int(number)))
        parts += attribute(offset + 1, struct.pack("=B", int(kind))) + attribute(offset + 2, struct.pack("=B", int(code)))
    elif int(sport) or int(dport):
        parts += attribute(2, struct.pack("!H", int(sport))) + attribute(3, struct.pack("!H", int(dport)))
    tuple_ = attribute(ORIGINAL | NESTED, attribute(IP | NESTED, addresses) + attribute(PROTOCOL | NESTED, parts))
    data = struct.pack("=BBH", family, 0, 0) + tuple_
    data += attribute(MARK, struct.pack("!I", int(mark))) + attribute(ZONE, struct.pack("!H", int(zone)))
    heard.send(struct.pack("=IHHII", 16 + len(data), CT_NEW, REQUEST_ACK, 0, 0) + data)
    error = -struct.unpack_from("=i", heard.recv(65536), 16)[0]
    if error not in (0, ENOENT):
        sys.exit("a connection can't be marked: errno %d: %s" % (error, line.strip()))
`;

export async function runConnectionMarks(programs: Programs, batch: readonly Operation[]): Promise<BatchResult> {
  for (const [done, operation] of batch.entries()) {
    if (operation.kind !== "mark-connections") continue;
    const { code, stderr } = await programs.run(["python3", "-c", program], linesOf(operation));
    if (code !== 0) return { done, error: stderr.trim() };
  }
  return { done: batch.length, error: undefined };
}

function linesOf({ connections, mark }: MarkConnections): string {
  return connections
    .map(({ family, zone, protocol, source, sourcePort, destination, destinationPort, icmp }) => {
      const kind = icmp === undefined ? "- - -" : `${icmp.type} ${icmp.code} ${icmp.id}`;
      return `${family} ${zone} ${mark} ${protocol} ${source} ${sourcePort} ${destination} ${destinationPort} ${kind}\n`;
    })
    .join("");
}
