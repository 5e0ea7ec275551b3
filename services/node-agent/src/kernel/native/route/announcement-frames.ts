const ETH_P_ARP = Buffer.from("0806", "hex");
const ETH_P_IPV6 = Buffer.from("86dd", "hex");
const everybody = Buffer.from("ffffffffffff", "hex");
const nobody = Buffer.alloc(6);
const arpRequest = Buffer.from("0001080006040001", "hex");

/** Sender and target are the address itself: RFC 5227 §3. */
export function gratuitousArp(mac: Buffer, address: Buffer): Buffer {
  return Buffer.concat([everybody, mac, ETH_P_ARP, arpRequest, mac, address, nobody, address]);
}

/** ff02::1, and the Ethernet group that it maps to (RFC 2464 §7). */
const allNodes = Buffer.from("ff020000000000000000000000000001", "hex");
const allNodesMac = Buffer.from("333300000001", "hex");
/** "From a router" and "override what you know": RFC 4861 §4.4. */
const routerOverride = Buffer.from("a0000000", "hex");
const ICMPV6 = 58;
const neighbourAdvertisement = 136;
const targetLinkLayerAddress = Buffer.from([2, 1]);

/** An unsolicited neighbour advertisement to all nodes: RFC 4861 §7.2.6. */
export function unsolicitedAdvertisement(mac: Buffer, address: Buffer): Buffer {
  const head = Buffer.from([neighbourAdvertisement, 0, 0, 0]);
  const message = Buffer.concat([head, routerOverride, address, targetLinkLayerAddress, mac]);
  const length = Buffer.from([0, message.length]);
  const pseudoHeader = Buffer.concat([address, allNodes, Buffer.from([0, 0]), length, Buffer.from([0, 0, 0, ICMPV6])]);
  message.writeUInt16BE(internetChecksum(Buffer.concat([pseudoHeader, message])), 2);
  const hopLimit = 255;
  const header = Buffer.from([0x60, 0, 0, 0, ...length, ICMPV6, hopLimit]);
  return Buffer.concat([allNodesMac, mac, ETH_P_IPV6, header, address, allNodes, message]);
}

/** RFC 1071, over a whole number of 16-bit words. */
function internetChecksum(bytes: Buffer): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) sum += bytes.readUInt16BE(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
