/** Sends a frame of an experimental EtherType (IEEE 802) to everybody, once without a tag, and in VLAN 101 by each protocol. */
export const taggedAndNot: readonly string[] = [
  "python3",
  "-c",
  `
import socket
raw = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
raw.bind(("eth0", 0))
mac = bytes.fromhex(open("/sys/class/net/eth0/address").read().strip().replace(":", ""))
for tag in ("810000650800", "88a800650800", ""):
    raw.send(b"\\xff" * 6 + mac + bytes.fromhex(tag) + bytes.fromhex("88b5") + bytes(46))`,
];
