import { expect, test } from "vitest";
import { advertisement, radvdOptions } from "./radvd-config.ts";

const settings = { leaseSeconds: 3600, domain: "example.org" };
const prefix = "2001:db8:0:1::/64";

test("a router tells prefix, MTU, name servers and domain, and that it is the way out", () => {
  const subnet = { cidr: prefix, ipv6RaMode: "slaac", dnsNameservers: ["2001:DB8::53", "192.0.2.53"] };
  expect(advertisement("qr-1", 1450, [subnet], settings)).toBe(`interface qr-1 {
  AdvSendAdvert on;
  MinRtrAdvInterval 20;
  MaxRtrAdvInterval 60;
  AdvDefaultLifetime 180;
  AdvLinkMTU 1450;
  AdvManagedFlag off;
  AdvOtherConfigFlag off;
  prefix 2001:db8:0:1::/64 { AdvOnLink on; AdvAutonomous on; AdvValidLifetime 3600; AdvPreferredLifetime 3600; };
  RDNSS 2001:db8::53 { AdvRDNSSLifetime 180; };
  DNSSL example.org { AdvDNSSLLifetime 180; };
};
`);
});

test.each([
  ["slaac", "off", "off", "on"],
  ["dhcpv6-stateless", "off", "on", "on"],
  ["dhcpv6-stateful", "on", "on", "off"],
])("%s: managed %s, other configuration %s, addresses of one's own %s", (ipv6RaMode, managed, other, autonomous) => {
  const text = advertisement("qr-1", 1450, [{ cidr: prefix, ipv6RaMode, dnsNameservers: [] }], settings);
  expect(text).toContain(`AdvManagedFlag ${managed};\n  AdvOtherConfigFlag ${other};`);
  expect(text).toContain(`AdvAutonomous ${autonomous};`);
});

test("an MTU that is too small for IPv6 is not told", () => {
  const subnet = { cidr: prefix, ipv6RaMode: "slaac", dnsNameservers: [] };
  expect(advertisement("qr-1", 1200, [subnet], settings)).not.toContain("AdvLinkMTU");
});

test("radvd's options name its files in its own folder", () => {
  expect(radvdOptions("radvd-p1").split("\n").slice(0, 2)).toEqual([
    "--config=/run/rhumbline/helpers/radvd-p1/advertise/radvd.conf",
    "--pidfile=/run/rhumbline/helpers/radvd-p1/pid",
  ]);
});
