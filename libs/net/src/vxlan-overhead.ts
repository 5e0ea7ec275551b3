import type { IpFamily } from "./ip-address.ts";

const outerIpHeader: Readonly<Record<IpFamily, number>> = { 4: 20, 6: 40 };
const udpHeader = 8;
const vxlanHeader = 8;
const innerEthernetHeader = 14;

/** How many bytes an instance's IP packet grows by on its way between nodes whose tunnel addresses are of that family, as the
 *  MTU there counts them: RFC 7348, section 5. */
export const vxlanOverhead = (outer: IpFamily): number =>
  outerIpHeader[outer] + udpHeader + vxlanHeader + innerEthernetHeader;
