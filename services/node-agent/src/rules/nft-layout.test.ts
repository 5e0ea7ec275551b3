import { expect, test } from "vitest";
import { textOf } from "../security/filter-object.ts";
import type { FilterPart } from "../security/filter-part.ts";
import { nftLayout } from "./nft-layout.ts";

const gateway = { device: "qg-1a2b3c4d-5e", address: "203.0.113.7", snat: true };
const floatingIps = [{ resource: "floatingip.f1", floatingIp: "203.0.113.9", fixedIp: "10.0.0.5" }];
const none = { floatingIps: [], portForwardings: [] };
const of = { floatingIp: "203.0.113.8", fixedIp: "10.0.0.5" };

test("what a router asks stands in its chains, in the order in which iptables' chains ask it", () => {
  const [base] = nftLayout("router.r1", { gateway, ...none });
  expect(chainsOf(base)).toEqual([
    `chain from-outside {
\ttype filter hook prerouting priority -150; policy accept;
\tiifname "qg-1a2b3c4d-5e" meta mark set meta mark & 0xffff0002 | 0x00000002
}`,
    `chain prerouting {
\ttype nat hook prerouting priority -100; policy accept;
\tdnat to ip daddr map @floating-ips
\tdnat ip to ip daddr . meta l4proto . th dport map @forwarded-ports
\tmeta l4proto { 6, 17 } dnat ip to ip daddr . meta l4proto . th dport map @forwarded-ranges
\tdnat to ip daddr . meta l4proto . th dport map @forwarded-same
}`,
    `chain output {
\ttype nat hook output priority -100; policy accept;
\tdnat to ip daddr map @floating-ips
\tdnat ip to ip daddr . meta l4proto . th dport map @forwarded-ports
\tmeta l4proto { 6, 17 } dnat ip to ip daddr . meta l4proto . th dport map @forwarded-ranges
\tdnat to ip daddr . meta l4proto . th dport map @forwarded-same
}`,
    `chain postrouting {
\ttype nat hook postrouting priority 100; policy accept;
\toifname != "qg-1a2b3c4d-5e" ct status ! 0x20 accept
\tsnat to ip saddr map @fixed-ips
\toifname "qg-1a2b3c4d-5e" ip saddr 203.0.113.7 return
\toifname "qg-1a2b3c4d-5e" snat to 203.0.113.7 fully-random
\tmeta mark & 0x0000ffff != 0x00000002 ct status 0x20 snat to 203.0.113.7 fully-random
}`,
  ]);
});

test("a floating IP is one element inward and one outward, and nothing else", () => {
  const [base, ...parts] = nftLayout("router.r1", { gateway, floatingIps, portForwardings: [] });
  expect(base?.objects).toEqual(nftLayout("router.r1", { gateway, ...none })[0]?.objects);
  expect(elementsOf(parts)).toEqual([
    "floatingip.f1: floating-ips 203.0.113.9 : 10.0.0.5",
    "floatingip.f1: fixed-ips 10.0.0.5 : 203.0.113.9",
  ]);
});

test("forwarded ports are one element, unless each leads to another number", () => {
  const forwarding = (id: string, external: readonly [number, number], internal: readonly [number, number]) => ({
    ...of,
    resource: `portforwarding.${id}`,
    protocol: "tcp" as const,
    externalPorts: { first: external[0], last: external[1] },
    internalPorts: { first: internal[0], last: internal[1] },
  });
  const portForwardings = [
    forwarding("one", [8080, 8080], [80, 80]),
    forwarding("to-one", [9000, 9010], [90, 90]),
    forwarding("same", [5000, 5999], [5000, 5999]),
    forwarding("shifted", [8000, 8002], [80, 82]),
  ];
  const [, ...parts] = nftLayout("router.r1", { gateway, floatingIps: [], portForwardings });
  expect(elementsOf(parts)).toEqual([
    "portforwarding.one: forwarded-ports 203.0.113.8 . 6 . 8080 : 10.0.0.5 . 80",
    "portforwarding.to-one: forwarded-ranges 203.0.113.8 . 6 . 9000-9010 : 10.0.0.5 . 90",
    "portforwarding.same: forwarded-same 203.0.113.8 . 6 . 5000-5999 : 10.0.0.5",
    "portforwarding.shifted: forwarded-ports 203.0.113.8 . 6 . 8000 : 10.0.0.5 . 80",
    "portforwarding.shifted: forwarded-ports 203.0.113.8 . 6 . 8001 : 10.0.0.5 . 81",
    "portforwarding.shifted: forwarded-ports 203.0.113.8 . 6 . 8002 : 10.0.0.5 . 82",
  ]);
});

test("of two floating IPs of one fixed IP the first is its source, as in a chain", () => {
  const second = { resource: "floatingip.f2", floatingIp: "203.0.113.10", fixedIp: "10.0.0.5" };
  const [, ...parts] = nftLayout("router.r1", { gateway, floatingIps: [...floatingIps, second], portForwardings: [] });
  expect(elementsOf(parts).filter((text) => text.includes("fixed-ips"))).toEqual([
    "floatingip.f1: fixed-ips 10.0.0.5 : 203.0.113.9",
  ]);
});

test("a router without a gateway translates nothing, and has no chains", () => {
  expect(nftLayout("router.r1", { gateway: undefined, floatingIps, portForwardings: [] })).toEqual([]);
});

const chainsOf = (part: FilterPart | undefined): string[] =>
  (part?.objects ?? []).filter(({ kind }) => kind === "chain").map(textOf);

const elementsOf = (parts: readonly FilterPart[]): string[] =>
  parts.flatMap(({ resource, objects }) =>
    objects.map((object) => `${resource}: ${object.kind === "element" ? object.set : object.name} ${textOf(object)}`),
  );
