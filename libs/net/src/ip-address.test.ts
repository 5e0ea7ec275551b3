import { isIP } from "node:net";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  canonicalIpAddress,
  compareIpAddresses,
  formatIpAddress,
  InvalidIpAddress,
  offsetIpAddress,
  parseIpAddress,
} from "./ip-address.ts";

const ipv6Values = fc.oneof(
  fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }),
  // Long runs of zeros are rare among random numbers, and the text rules are about nothing else.
  fc
    .array(fc.oneof(fc.constant(0n), fc.bigInt({ min: 0n, max: 0xffffn })), { minLength: 8, maxLength: 8 })
    .map((groups) => groups.reduce((value, each) => (value << 16n) | each, 0n)),
);

describe("the text of an IP address", () => {
  test.each([
    ["2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
    ["2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
    ["2001:0:0:1:0:0:0:1", "2001:0:0:1::1"],
    ["0:0:0:0:0:0:0:0", "::"],
    ["::1", "::1"],
    ["fe80::", "fe80::"],
    ["1::2:3:4:5:6:7", "1:0:2:3:4:5:6:7"],
    ["64:ff9b::192.0.2.33", "64:ff9b::c000:221"],
    ["::ffff:c000:0201", "::ffff:192.0.2.1"],
    ["203.0.113.7", "203.0.113.7"],
  ])("%s is written as %s", (text, canonical) => {
    expect(formatIpAddress(parseIpAddress(text))).toBe(canonical);
  });

  test.each([
    "",
    "192.0.2",
    "192.0.2.256",
    "192.0.02.1",
    "192.0.2.1.",
    " 192.0.2.1",
    "192.0.2.1/24",
    "0x7f.0.0.1",
    "3232235521",
    ":",
    ":::",
    "1::2::3",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "1:2:3:4:5:6:7:8::",
    "1:2:3:4::5:6:7:8",
    "12345::",
    "::g",
    "fe80::1%eth0",
    ":1::",
    "1::2:",
    "::192.0.2.1:1",
    "192.0.2.1::",
    "::192.0.2.999",
    "[::1]",
    "١.1.1.1",
  ])("%j is refused", (text) => {
    expect(() => parseIpAddress(text)).toThrow(InvalidIpAddress);
  });

  test("the canonical text is the one that is written, and what is no address has none", () => {
    for (const text of ["192.0.2.1", "2001:DB8:0::1", "::ffff:192.0.2.1"])
      expect(canonicalIpAddress(text)).toBe(formatIpAddress(parseIpAddress(text)));
    for (const text of ["192.0.2.01", "no address"]) expect(() => canonicalIpAddress(text)).toThrow(InvalidIpAddress);
  });

  test("a refusal says what would be accepted", () => {
    expect(() => parseIpAddress("10.0.0.01")).toThrow(
      '"10.0.0.01" is not an IP address: expected IPv4 such as 192.0.2.1 (no leading zeros) or IPv6 such as 2001:db8::1',
    );
  });

  test("what is written is read back as the same address, and Node agrees that it is one", () => {
    fc.assert(
      fc.property(ipv6Values, (value) => {
        const text = formatIpAddress({ family: 6, value });
        expect(isIP(text)).toBe(6);
        expect(parseIpAddress(text)).toEqual({ family: 6, value });
      }),
    );
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 0xffffffffn }), (value) => {
        const text = formatIpAddress({ family: 4, value });
        expect(isIP(text)).toBe(4);
        expect(parseIpAddress(text)).toEqual({ family: 4, value });
      }),
    );
  });

  test("IPv6 text is the one that the WHATWG URL serialiser writes, but for IPv4-mapped addresses", () => {
    fc.assert(
      fc.property(
        ipv6Values.filter((value) => value >> 32n !== 0xffffn),
        (value) => {
          const text = formatIpAddress({ family: 6, value });
          expect(new URL(`http://[${text}]/`).hostname).toBe(`[${text}]`);
        },
      ),
    );
  });

  test("any text is accepted exactly when Node accepts it, zones apart", () => {
    const pieces = fc.constantFrom("0", "1", "255", "256", "00", "ffff", "10000", ":", "::", ".", "192.0.2.1", "db8");
    fc.assert(
      fc.property(
        fc.array(pieces, { maxLength: 17 }).map((parts) => parts.join("")),
        (text) => {
          expect(parses(text)).toBe(isIP(text) !== 0);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe("the order of IP addresses", () => {
  test("IPv4 stands before IPv6, and 9 before 10", () => {
    const sorted = ["::1", "192.0.2.10", "::", "192.0.2.9"].map(parseIpAddress).toSorted(compareIpAddresses);
    expect(sorted.map(formatIpAddress)).toEqual(["192.0.2.9", "192.0.2.10", "::", "::1"]);
  });

  test("an offset that leaves the address space is refused", () => {
    expect(formatIpAddress(offsetIpAddress(parseIpAddress("192.0.2.255"), 1n))).toBe("192.0.3.0");
    expect(() => offsetIpAddress(parseIpAddress("255.255.255.255"), 1n)).toThrow(RangeError);
    expect(() => offsetIpAddress(parseIpAddress("::"), -1n)).toThrow(RangeError);
  });
});

function parses(text: string): boolean {
  try {
    parseIpAddress(text);
    return true;
  } catch {
    return false; // the refusal is what is asked about
  }
}
