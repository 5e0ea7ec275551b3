import { PersistentMap } from "@rhumbline/event-sourcing";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  addressGroup,
  advertisedPort,
  desiredState,
  dhcpServer,
  externalNetwork,
  externalPort,
  filteredBy,
  floatingIp,
  gatewayPort,
  gone,
  groupMember,
  instancePort,
  interfacePort,
  portForwarding,
  remotePort,
  router,
  rule,
  sampleHost,
  sampleId,
  securityGroup,
  tenantNetwork,
  vlanNetwork,
} from "../kernel/contract/sample-state.ts";
import { compileDesired } from "./compile-desired.ts";
import type { HostFacts } from "./host-facts.ts";

const noGateway = { gateway: undefined, gatewayNextHops: [] };
const asPort11 = `${sampleId("c", 11).slice(0, 11)}ff-4000-8000-000000000000`;
const remoteGroup = rule(1, { remoteGroupId: sampleId("a", 1) });
const remoteAddresses = rule(2, { remoteAddressGroupId: sampleId("e", 1) });

/** What each resource may be, right and wrong. */
const variants = [
  [externalNetwork(), externalNetwork({ physicalNetwork: "physnet9" })],
  [tenantNetwork(1), tenantNetwork(1, { dnsDomain: "x." }), tenantNetwork(1, { networkType: "geneve" })],
  [
    tenantNetwork(2),
    tenantNetwork(2, { segmentationId: 1001 }),
    vlanNetwork(2, 101),
    gone(`network.${sampleId("b", 2)}`),
  ],
  [
    router(1, [1]),
    router(1, [1, 2]),
    router(1, [7]),
    router(1, [1], noGateway),
    router(1, [1], { adminStateUp: false }),
    router(1, [1], { gateway: gatewayPort(1, { addresses: ["203.0.113.300/24"] }) }),
    router(1, [1], { routes: [{ destination: "192.168.0.0/16", nextHop: "10.9.9.9" }] }),
    router(1, [], { interfaces: [interfacePort(1, 1, { portId: asPort11 })] }),
    router(1, [], { interfaces: [advertisedPort(1, 1, "slaac")] }),
  ],
  [router(2, [2]), router(2, [1], { standby: true }), router(2, [1, 2], { enableSnat: false })],
  [floatingIp(1, 1, "10.0.1.11"), floatingIp(1, 2, "10.0.1.11"), floatingIp(1, 1, "nowhere")],
  [floatingIp(2, 2, "10.0.2.21"), floatingIp(2, 1, "10.0.1.12")],
  [
    portForwarding(1, 1, "10.0.1.11"),
    portForwarding(1, 1, "10.0.1.11", { protocol: "sctp" }),
    portForwarding(1, 2, "10.0.1.11"),
  ],
  [
    instancePort(11, 1, filteredBy(1)),
    instancePort(11, 2, { dnsName: "eleven" }),
    instancePort(11, 1, { macAddress: "none" }),
    instancePort(11, 1, { dnsName: "not a name", ...filteredBy(1, 2) }),
  ],
  [instancePort(12, 1), instancePort(12, 2, { device: "tapx" }), instancePort(12, 1, { device: "tapc0000011-00" })],
  [externalPort(13, filteredBy(2)), externalPort(13, { device: "tapx" })],
  [remotePort(21, 1), remotePort(21, 2, { dnsName: "far" }), remotePort(21, 1, { tunnelIp: "far" })],
  [dhcpServer(1), dhcpServer(1, { macAddress: "none" }), dhcpServer(1, { portId: sampleId("c", 12) })],
  [dhcpServer(2)],
  [
    securityGroup(1, remoteGroup),
    securityGroup(1, remoteAddresses),
    securityGroup(1, rule(3, { remoteIpPrefix: "all" })),
  ],
  [securityGroup(2, rule(4))],
  [groupMember(11, [1], "10.0.1.11"), groupMember(11, [1], "eleven")],
  [addressGroup(1, "192.0.2.0/24"), addressGroup(1, "all")],
  [["vpn.1", { logId: "log", epoch: 1, position: 1, causation: undefined, resource: undefined }] as const],
];

/** Some resources become others, come or go. */
const step = fc.array(
  fc
    .nat(variants.length - 1)
    .chain((at) => fc.tuple(fc.constant(at), fc.option(fc.nat((variants[at]?.length ?? 1) - 1)))),
  { maxLength: 4 },
);
const all = fc.tuple(...variants.map((each) => fc.option(fc.nat(each.length - 1))));

test("what is made of what was compiled before is what is compiled of nothing", () => {
  fc.assert(
    fc.property(
      all,
      fc.array(step, { maxLength: 10 }),
      fc.constantFrom("iptables", "nftables"),
      (first, steps, backend) => {
        const host = { ...sampleHost, backend } as HostFacts;
        const chosen: (number | null)[] = [...first];
        for (const changes of [[], ...steps]) {
          for (const [at, variant] of changes) chosen[at] = variant;
          const entries = chosen.map((variant, at) => variants[at]?.[variant ?? -1]);
          const state = desiredState(...entries.filter((entry) => entry !== undefined));
          expect(plainly(compileDesired(state, host))).toEqual(
            plainly(compileDesired(new Map(structuredClone([...state])), { ...host })),
          );
        }
      },
    ),
    { numRuns: 300 },
  );
}, 120_000);

/** Maps and sets by what they have, whatever they are. */
function plainly(value: unknown): unknown {
  if (value instanceof PersistentMap || value instanceof Map)
    return { entries: Object.fromEntries([...value].map(([key, each]) => [key, plainly(each)])) };
  if (value instanceof Set) return { members: [...value].sort() };
  if (Array.isArray(value)) return value.map(plainly);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plainly(each)]));
}
