import { expect, test } from "vitest";
import { formatIpProtocol, hasPorts, InvalidIpProtocol, parseIpProtocol } from "./ip-protocol.ts";

test("a protocol is named or numbered, and is printed by its name where it has one", () => {
  expect(["tcp", "TCP", "6", "icmpv6", "ipv6-icmp", "253"].map(parseIpProtocol)).toEqual([6, 6, 6, 58, 58, 253]);
  expect([6, 58, 253].map(formatIpProtocol)).toEqual(["tcp", "ipv6-icmp", "253"]);
});

test.each(["", "tpc", "256", "-1", "06", "6.0"])("%j is no protocol", (text) => {
  expect(() => parseIpProtocol(text)).toThrow(InvalidIpProtocol);
});

test("TCP, UDP, SCTP, DCCP and UDP-Lite have ports", () => {
  expect([6, 17, 132, 33, 136, 1, 47].map(hasPorts)).toEqual([true, true, true, true, true, false, false]);
});
