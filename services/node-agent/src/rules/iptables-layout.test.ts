import { expect, test } from "vitest";
import { iptablesLayout } from "./iptables-layout.ts";
import { iptablesRules } from "./iptables-text.ts";
import type { RouterTranslation } from "./router-translation.ts";

const portForwardings: RouterTranslation["portForwardings"] = [];
const gateway = { device: "qg-1a2b3c4d-5e", address: "203.0.113.7", snat: true };

test("a router with a floating IP has Neutron's layout in its nat table", () => {
  const floatingIps = [{ floatingIp: "203.0.113.9", fixedIp: "10.0.0.5" }];
  expect(rulesOf({ gateway, floatingIps, portForwardings }, "nat")).toEqual([
    "-A PREROUTING -j rhumbline-PREROUTING",
    "-A OUTPUT -j rhumbline-OUTPUT",
    "-A POSTROUTING -j rhumbline-POSTROUTING",
    "-A POSTROUTING -j rhumbline-postrouting-bottom",
    "-A rhumbline-OUTPUT -d 203.0.113.9/32 -j DNAT --to-destination 10.0.0.5",
    "-A rhumbline-OUTPUT -j rhumbline-fip-pf",
    "-A rhumbline-POSTROUTING ! -o qg-1a2b3c4d-5e -m conntrack ! --ctstate DNAT -j ACCEPT",
    "-A rhumbline-PREROUTING -d 203.0.113.9/32 -j DNAT --to-destination 10.0.0.5",
    "-A rhumbline-PREROUTING -j rhumbline-fip-pf",
    "-A rhumbline-float-snat -s 10.0.0.5/32 -j SNAT --to-source 203.0.113.9",
    '-A rhumbline-postrouting-bottom -m comment --comment "Perform source NAT on outgoing traffic." -j rhumbline-snat',
    "-A rhumbline-snat -j rhumbline-float-snat",
    "-A rhumbline-snat -s 203.0.113.7/32 -o qg-1a2b3c4d-5e -j RETURN",
    "-A rhumbline-snat -o qg-1a2b3c4d-5e -j SNAT --to-source 203.0.113.7 --random-fully",
    "-A rhumbline-snat -m mark ! --mark 0x2/0xffff -m conntrack --ctstate DNAT -j SNAT --to-source 203.0.113.7 --random-fully",
  ]);
});

test("ports of a floating IP lead to one port, or each to the one in its place", () => {
  const of = { floatingIp: "203.0.113.9", fixedIp: "10.0.0.5" };
  const forwarded: RouterTranslation["portForwardings"] = [
    { ...of, protocol: "tcp", externalPorts: { first: 8080, last: 8080 }, internalPorts: { first: 80, last: 80 } },
    { ...of, protocol: "tcp", externalPorts: { first: 9000, last: 9010 }, internalPorts: { first: 90, last: 90 } },
    { ...of, protocol: "udp", externalPorts: { first: 8000, last: 8010 }, internalPorts: { first: 80, last: 90 } },
  ];
  const rules = rulesOf({ gateway, floatingIps: [], portForwardings: forwarded }, "nat");
  expect(rules.filter((rule) => rule.startsWith("-A rhumbline-fip-pf"))).toEqual([
    "-A rhumbline-fip-pf -d 203.0.113.9/32 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 10.0.0.5:80",
    "-A rhumbline-fip-pf -d 203.0.113.9/32 -p tcp -m tcp --dport 9000:9010 -j DNAT --to-destination 10.0.0.5:90",
    "-A rhumbline-fip-pf -d 203.0.113.9/32 -p udp -m udp --dport 8000:8010 -j DNAT --to-destination 10.0.0.5:80-90/8000",
  ]);
});

test("what comes in by the gateway is marked, so that it keeps its source", () => {
  expect(rulesOf({ gateway, floatingIps: [], portForwardings }, "mangle")).toEqual([
    "-A PREROUTING -j rhumbline-PREROUTING",
    "-A rhumbline-PREROUTING -j rhumbline-mark",
    "-A rhumbline-mark -i qg-1a2b3c4d-5e -j MARK --set-xmark 0x2/0xffff",
  ]);
});

test("without SNAT only calls of a router's own floating IPs from inside are translated", () => {
  const rules = rulesOf({ gateway: { ...gateway, snat: false }, floatingIps: [], portForwardings }, "nat");
  expect(rules.filter((rule) => rule.startsWith("-A rhumbline-snat"))).toEqual([
    "-A rhumbline-snat -j rhumbline-float-snat",
    "-A rhumbline-snat -m mark ! --mark 0x2/0xffff -m conntrack --ctstate DNAT -j SNAT --to-source 203.0.113.7 --random-fully",
  ]);
});

test("a router without a gateway translates nothing, and has no chains", () => {
  const floatingIps = [{ floatingIp: "203.0.113.9", fixedIp: "10.0.0.5" }];
  expect(iptablesLayout({ gateway: undefined, floatingIps, portForwardings })).toEqual([]);
});

function rulesOf(router: RouterTranslation, table: string): string[] {
  const [found] = iptablesLayout(router).filter(({ name }) => name === table);
  return [...(found?.hooks ?? []), ...(found?.chains ?? [])].flatMap(iptablesRules);
}
