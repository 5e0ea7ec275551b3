import type { Operation } from "../../plan/operation.ts";
import type { BatchResult } from "../kernel.ts";
import type { Programs } from "./programs.ts";

/** Three times, a second apart: Linux neighbours ignore an announcement within a second of the last change (arp locktime),
 *  and a bridge port that has just come up may not forward the first. */
const times = "1 2 3";
/** Of all routers of a plan together: a node that starts with a thousand routers must not start a thousand programs. */
const arpingsAtOnce = "64";

/** No program of Debian's sends unsolicited neighbour advertisements (RFC 4861 §7.2.6) of any address: those of arping's
 *  kind are for IPv4 alone. Its arguments: device, address. It takes a second, as arping does. */
const advertise = `
import socket, sys, time
device, text = sys.argv[1:]
frames = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
frames.bind((device, 0))
mac = frames.getsockname()[4]
address, everybody = (socket.inet_pton(socket.AF_INET6, each) for each in (text, "ff02::1"))
message = bytes([136, 0, 0, 0, 0xa0, 0, 0, 0]) + address + bytes([2, 1]) + mac
def words(data):
    return sum(int.from_bytes(data[at:at + 2], "big") for at in range(0, len(data), 2))
total = words(address + everybody + bytes([0, 0, 0, len(message), 0, 0, 0, 58]) + message)
while total > 0xffff:
    total = (total & 0xffff) + (total >> 16)
message = message[:2] + (~total & 0xffff).to_bytes(2, "big") + message[4:]
header = bytes([0x60, 0, 0, 0, 0, len(message), 58, 255]) + address + everybody
frames.send(bytes.fromhex("333300000001") + mac + bytes.fromhex("86dd") + header + message)
time.sleep(1)
`;

/** Its arguments: namespace, device, address. An address that was taken away meanwhile may be another router's. */
const announceOne = `
for time in ${times}; do
  test $time = 1 || ip -n "$0" -oneline address show dev "$1" to "$2" 2>/dev/null | grep -q . || exit 0
  case "$2" in
  *:*) ip netns exec "$0" python3 -I -S -c '${advertise}' "$1" "$2" ;;
  *) ip netns exec "$0" arping -q -U -c 1 -I "$1" "$2" ;;
  esac || { echo "announcing $2 on $1 in $0 failed" >&2; exit 0; }
done`;

/** Starts the announcements and waits for none: each takes two seconds. They outlive the agent.
 *  @param failed told in the programs' words of those that could not be made. */
export function runAnnouncements(
  programs: Programs,
  batch: readonly Operation[],
  failed: (words: string) => void,
): BatchResult {
  const announcements = batch.flatMap((operation) =>
    operation.kind === "announce"
      ? operation.addresses.map((address) => `${operation.netns} ${operation.device} ${address.split("/", 1).join("")}`)
      : [],
  );
  programs.start(["xargs", "-P", arpingsAtOnce, "-L", "1", "sh", "-c", announceOne], announcements.join("\n"), failed);
  return { done: batch.length, error: undefined };
}
