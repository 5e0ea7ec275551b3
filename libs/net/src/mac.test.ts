import fc from "fast-check";
import { expect, test } from "vitest";
import {
  compareMacs,
  defaultBaseMac,
  formatMac,
  InvalidMacAddress,
  isUnicastMac,
  macUnderBase,
  parseMac,
  sameMac,
} from "./mac.ts";

test("either case and either separator is read, one form is written", () => {
  expect(formatMac(parseMac("FA-16-3E-00-0A-01"))).toBe("fa:16:3e:00:0a:01");
  expect(sameMac(parseMac("fa:16:3e:00:0a:01"), parseMac("FA-16-3E-00-0A-01"))).toBe(true);
});

test.each([
  "",
  "fa:16:3e:00:00",
  "fa:16:3e:00:00:01:02",
  "fa:16-3e:00:00:01",
  "fa163e000001",
  "fa:16:3e:0:0:1",
  "ga:16:3e:00:00:01",
  " fa:16:3e:00:00:01",
])("%j is refused", (text) => {
  expect(() => parseMac(text)).toThrow(InvalidMacAddress);
});

test("what is written is read back, and the order is that of the texts", () => {
  const macs = fc.bigInt({ min: 0n, max: 0xffffffffffffn }).map((value) => ({ value }));
  fc.assert(
    fc.property(macs, macs, (a, b) => {
      expect(parseMac(formatMac(a))).toEqual(a);
      expect(Math.sign(compareMacs(a, b))).toBe(formatMac(a) < formatMac(b) ? -1 : formatMac(a) > formatMac(b) ? 1 : 0);
    }),
  );
});

test("three bytes stand behind the base's first three octets", () => {
  expect(formatMac(macUnderBase(defaultBaseMac, Uint8Array.of(0, 171, 9)))).toBe("fa:16:3e:00:ab:09");
  expect(() => macUnderBase(defaultBaseMac, Uint8Array.of(1, 2))).toThrow(RangeError);
});

test("a group address is told from a port's", () => {
  expect(isUnicastMac(parseMac("ff:ff:ff:ff:ff:ff"))).toBe(false);
  expect(isUnicastMac(parseMac("33:33:00:00:00:01"))).toBe(false);
  expect(isUnicastMac(parseMac("00:00:00:00:00:00"))).toBe(false);
  expect(isUnicastMac(parseMac("fa:16:3e:00:00:01"))).toBe(true);
});
