import type { Announce } from "../../../plan/operation.ts";
import { cClose, cSendto, cSocket, systemError } from "../libc.ts";
import { inNamespace } from "../namespace/enter-namespace.ts";
import { textAttribute } from "../netlink/attributes.ts";
import { NetlinkSocket, netlinkFamily } from "../netlink/netlink-socket.ts";
import { ipBytes } from "../route/ip-bytes.ts";
import { link, linkRequest, RTM_GETLINK, readLink } from "../route/link-messages.ts";

const AF_PACKET = 17;
const SOCK_RAW_CLOEXEC = 3 | 0x80000;
const ETH_P_ARP = 0x0806;
const broadcast = Buffer.from("ffffffffffff", "hex");
const nobody = Buffer.alloc(6);
const arpRequest = Buffer.from("0001080006040001", "hex");

/** Tells the neighbours of each IPv4 address once, by a gratuitous ARP request (RFC 5227 §3: sender and target are the
 *  address itself).
 *  @throws Error when the device is gone. */
export function announce({ netns, device, addresses }: Announce): void {
  inNamespace(netns, () => {
    const { index, mac } = deviceOf(device);
    const socket = cSocket(AF_PACKET, SOCK_RAW_CLOEXEC, 0);
    if (socket < 0) throw systemError("socket");
    try {
      for (const address of addresses) {
        const [text = ""] = address.split("/");
        if (!text.includes(":")) send(socket, index, gratuitousArp(mac, ipBytes(text)));
      }
    } finally {
      cClose(socket);
    }
  });
}

function gratuitousArp(mac: Buffer, address: Buffer): Buffer {
  const type = Buffer.from([ETH_P_ARP >> 8, ETH_P_ARP & 0xff]);
  return Buffer.concat([broadcast, mac, type, arpRequest, mac, address, nobody, address]);
}

/** By struct sockaddr_ll (packet(7)). */
function send(socket: number, index: number, frame: Buffer): void {
  const address = Buffer.alloc(20);
  address.writeUInt16LE(AF_PACKET, 0);
  address.writeUInt16BE(ETH_P_ARP, 2);
  address.writeInt32LE(index, 4);
  address.writeUInt8(broadcast.length, 11);
  broadcast.copy(address, 12);
  if (cSendto(socket, frame, frame.length, 0, address, address.length) < 0) throw systemError("sendto");
}

function deviceOf(name: string): { readonly index: number; readonly mac: Buffer } {
  const socket = new NetlinkSocket(netlinkFamily.route);
  try {
    const answer = socket.get(linkRequest(RTM_GETLINK, 0, {}, [textAttribute(link.name, name)]));
    if (answer === undefined) throw new Error(`Device "${name}" does not exist.`);
    const { index, mac } = readLink(answer);
    return { index, mac: Buffer.from(mac.replaceAll(":", ""), "hex") };
  } finally {
    socket.close();
  }
}
