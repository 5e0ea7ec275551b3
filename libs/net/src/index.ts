export {
  type Cidr,
  cidrContains,
  cidrContainsCidr,
  cidrOf,
  cidrSize,
  cidrsOverlap,
  compareCidrs,
  formatCidr,
  InvalidCidr,
  parseCidr,
} from "./cidr.ts";
export { broadcastAddress, cidrRange, hostRange, lastAddress, netmask } from "./cidr-addresses.ts";
export { InvalidDeviceName, instanceDevice, isInstanceDevice, networkBridge, parseDeviceName } from "./device-name.ts";
export { eui64Address } from "./eui64.ts";
export {
  canonicalIpAddress,
  compareIpAddresses,
  formatIpAddress,
  InvalidIpAddress,
  type IpAddress,
  type IpFamily,
  ipAddressBits,
  offsetIpAddress,
  parseIpAddress,
  sameIpAddress,
} from "./ip-address.ts";
export { formatIpProtocol, hasPorts, InvalidIpProtocol, parseIpProtocol } from "./ip-protocol.ts";
export {
  formatIpRange,
  InvalidIpRange,
  type IpRange,
  ipRange,
  mergeRanges,
  rangeContains,
  rangeSize,
  rangesOverlap,
  subtractRanges,
} from "./ip-range.ts";
export {
  compareMacs,
  defaultBaseMac,
  formatMac,
  InvalidMacAddress,
  isUnicastMac,
  type MacAddress,
  macUnderBase,
  parseMac,
  sameMac,
} from "./mac.ts";
export {
  type FirstPacket,
  type Mismatch,
  mismatchOf,
  parsePrefix,
  remoteOfAddressGroup,
  remoteOfGroup,
  type SecurityRule,
  securityRule,
  singleAddress,
} from "./security-rule.ts";
export { vxlanOverhead } from "./vxlan-overhead.ts";
