import { bridgeHooks, bridgeSets } from "../bridge/hooks.ts";
import { hasMark, packetMarks, revokedMark } from "../bridge/marks.ts";
import { sourceChecks } from "../bridge/source-checks.ts";
import type { FilterObject } from "../filter-object.ts";
import { base, chain, hook, map } from "../objects.ts";
import { chains, tableOf } from "./names.ts";

/** Each verdict of a filtered port's in the bridge's own hooks: iptables, which comes before them, must have let it through.
 *  So nothing passes where its rules were flushed, or where the bridge's packets don't meet them. */
export const ifPassed = "jump passed";

const confirmed: FilterObject[] = [
  chain("bridge", "passed", [`${hasMark(packetMarks.passed)} accept`, "ether type 0x0806 accept", "drop"]),
  // Before br_netfilter's hook, so that no other mark is taken for its.
  base("bridge", "forward-unmarked", "forward", -10, [
    `iifname @isolated ${without(packetMarks.passed)}`,
    `oifname @isolated ${without(packetMarks.passed)}`,
  ]),
];

function without(mark: string): string {
  return `meta mark set meta mark & 0x${(0xffffffff - Number(mark)).toString(16)}`;
}

export const baseLayout = (): FilterObject[] => [
  ...bridgeSets,
  ...sourceChecks,
  ...confirmed,
  ...bridgeHooks,
  ...rulesOf(4),
  ...rulesOf(6),
];

const isRevoked = `-m connmark --mark 0x${revokedMark.toString(16)}/0x${revokedMark.toString(16)}`;
const goesOn = `-m conntrack --ctstate RELATED,ESTABLISHED ${isRevoked.replace("--mark", "! --mark")}`;

function rulesOf(family: 4 | 6): FilterObject[] {
  const raw = tableOf(family, "raw");
  const filter = tableOf(family, "filter");
  const mark = `${packetMarks.passed}/${packetMarks.passed}`;
  return [
    map(raw, chains.zones),
    hook(raw, "PREROUTING", `-j ${chains.zones}`),
    chain(filter, chains.pass, [`-j MARK --set-xmark ${mark}`, "-j ACCEPT"]),
    map(filter, chains.ingress),
    chain(filter, chains.letOut, [`-j ${chains.ingress}`, `-g ${chains.pass}`]),
    map(filter, chains.egress),
    chain(filter, chains.securityGroups, [
      // Before the ports are gone through one by one.
      `${goesOn} -g ${chains.pass}`,
      `-j ${chains.egress}`,
      `-g ${chains.letOut}`,
    ]),
    map(filter, chains.bridges),
    hook(filter, "FORWARD", `-j ${chains.bridges}`),
    chain(filter, chains.egressBasics, [...neverPasses, ...egressBasics[family]]),
    chain(filter, chains.ingressBasics, [...neverPasses, ...ingressBasics[family]]),
  ];
}

const neverPasses = [`${isRevoked} -j DROP`, "-m conntrack --ctstate INVALID -j DROP"];

const udp = (from: number, to: number): string => `-p udp -m udp --sport ${from} --dport ${to}`;
const icmpv6 = (type: number): string => `-p ipv6-icmp -m icmp6 --icmpv6-type ${type}`;

/** What every filtered port may do whatever its groups say, and what none may: see the bridge's own chains of that name. */
const egressBasics = {
  4: [`${udp(67, 68)} -j DROP`, `${udp(68, 67)} -g ${chains.letOut}`],
  6: [
    `${udp(547, 546)} -j DROP`,
    ...[134, 137].map((type) => `${icmpv6(type)} -j DROP`),
    ...[130, 131, 132, 133, 135, 136, 143].map((type) => `${icmpv6(type)} -g ${chains.letOut}`),
    `${udp(546, 547)} -g ${chains.letOut}`,
  ],
} as const;

const ingressBasics = {
  4: [`${udp(67, 68)} -g ${chains.pass}`],
  6: [...[130, 134, 135, 136].map((type) => `${icmpv6(type)} -g ${chains.pass}`), `${udp(547, 546)} -g ${chains.pass}`],
} as const;
