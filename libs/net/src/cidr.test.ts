import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  cidrContains,
  cidrContainsCidr,
  cidrOf,
  cidrsOverlap,
  compareCidrs,
  formatCidr,
  InvalidCidr,
  parseCidr,
} from "./cidr.ts";
import { broadcastAddress, cidrRange, hostRange, lastAddress, netmask } from "./cidr-addresses.ts";
import { eui64Address } from "./eui64.ts";
import { formatIpAddress, type IpAddress, parseIpAddress } from "./ip-address.ts";
import { formatIpRange, rangeContains, rangesOverlap } from "./ip-range.ts";
import { parseMac } from "./mac.ts";

// Few leading bits and many prefix lengths, so that two networks meet often.
const addresses: fc.Arbitrary<IpAddress> = fc.record({
  family: fc.constantFrom(4, 6),
  value: fc.bigInt({ min: 0n, max: 0xffffn }).map((low) => low << 4n),
});
const cidrs = fc
  .tuple(addresses, fc.integer({ min: 0, max: 32 }))
  .map(([address, length]) => cidrOf(address, address.family === 4 ? length : 96 + length));

describe("a CIDR", () => {
  test.each(["192.0.2.0/24", "0.0.0.0/0", "203.0.113.7/32", "2001:db8::/64", "::/0", "::1/128"])(
    "%s is read",
    (text) => {
      expect(formatCidr(parseCidr(text))).toBe(text);
    },
  );

  test("host bits are refused, with the network that was meant", () => {
    expect(() => parseCidr("192.0.2.5/24")).toThrow(
      '"192.0.2.5/24" is not a CIDR: host bits are set; the network of that address is 192.0.2.0/24',
    );
  });

  test.each([
    "192.0.2.0",
    "192.0.2.0/",
    "192.0.2.0/33",
    "192.0.2.0/024",
    "192.0.2.0/-1",
    "192.0.2.0/24/8",
    "/24",
    "::/129",
    "192.0.2.0/255.255.255.0",
  ])("%s is refused", (text) => {
    expect(() => parseCidr(text)).toThrow(InvalidCidr);
  });

  test("sorts by network, the wider first", () => {
    const sorted = ["192.0.2.0/25", "::/0", "192.0.2.0/24"].map(parseCidr).toSorted(compareCidrs);
    expect(sorted.map(formatCidr)).toEqual(["192.0.2.0/24", "192.0.2.0/25", "::/0"]);
  });

  test("contains exactly the addresses whose own network it is", () => {
    fc.assert(
      fc.property(cidrs, addresses, (cidr, address) => {
        const own =
          address.family === cidr.network.family && formatCidr(cidrOf(address, cidr.prefixLength)) === formatCidr(cidr);
        expect(cidrContains(cidr, address)).toBe(own);
        expect(rangeContains(cidrRange(cidr), address)).toBe(own);
      }),
    );
  });

  test("two overlap exactly when their ranges do, and then one contains the other", () => {
    fc.assert(
      fc.property(cidrs, cidrs, (a, b) => {
        expect(cidrsOverlap(a, b)).toBe(rangesOverlap(cidrRange(a), cidrRange(b)));
        expect(cidrsOverlap(a, b)).toBe(cidrContainsCidr(a, b) || cidrContainsCidr(b, a));
      }),
    );
  });

  test("an address of one version is never in a network of the other", () => {
    expect(cidrContains(parseCidr("0.0.0.0/0"), parseIpAddress("::1"))).toBe(false);
    expect(cidrsOverlap(parseCidr("0.0.0.0/0"), parseCidr("::/0"))).toBe(false);
  });
});

describe("the addresses of a network", () => {
  test.each([
    ["192.0.2.0/24", "192.0.2.1-192.0.2.254", "192.0.2.255", "255.255.255.0"],
    ["192.0.2.0/30", "192.0.2.1-192.0.2.2", "192.0.2.3", "255.255.255.252"],
    ["192.0.2.0/31", "192.0.2.0-192.0.2.1", undefined, "255.255.255.254"],
    ["192.0.2.7/32", "192.0.2.7-192.0.2.7", undefined, "255.255.255.255"],
    ["2001:db8::/64", "2001:db8::1-2001:db8::ffff:ffff:ffff:ffff", undefined, "ffff:ffff:ffff:ffff::"],
    ["2001:db8::/127", "2001:db8::-2001:db8::1", undefined, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe"],
  ])("%s: hosts %s, broadcast %s, netmask %s", (text, hosts, broadcast, mask) => {
    const cidr = parseCidr(text);
    expect(formatIpRange(hostRange(cidr))).toBe(hosts);
    const address = broadcastAddress(cidr);
    expect(address && formatIpAddress(address)).toBe(broadcast);
    expect(formatIpAddress(netmask(cidr))).toBe(mask);
  });

  test("the last address is in the network and has no successor there", () => {
    fc.assert(
      fc.property(cidrs, (cidr) => {
        const last = lastAddress(cidr);
        expect(cidrContains(cidr, last)).toBe(true);
        expect(cidrContains(cidr, { ...last, value: last.value + 1n })).toBe(false);
      }),
    );
  });
});

describe("EUI-64", () => {
  test("the universal bit is flipped and fffe stands in the middle", () => {
    const address = eui64Address(parseCidr("2001:db8::/64"), parseMac("fa:16:3e:12:34:56"));
    expect(formatIpAddress(address)).toBe("2001:db8::f816:3eff:fe12:3456");
  });

  test.each(["2001:db8::/65", "192.0.2.0/24"])("%s is refused", (text) => {
    expect(() => eui64Address(parseCidr(text), parseMac("fa:16:3e:12:34:56"))).toThrow("expected an IPv6 /64");
  });
});
