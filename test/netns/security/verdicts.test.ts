import { type LabInstance, startCapture } from "@rhumbline/infra/lab";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compileDesired } from "../../../services/node-agent/src/desired/compile-desired.ts";
import {
  addressGroup,
  type DesiredState,
  desiredState,
  groupMember,
  instancePort,
  rule,
  sampleHost,
  sampleId,
  securityGroup,
  tenantNetwork,
} from "../../../services/node-agent/src/kernel/contract/sample-state.ts";
import { securityBackends } from "../../../services/node-agent/src/security/model.ts";
import { permits } from "../../../services/node-agent/src/security/permits.ts";
import { type KernelLab, startKernelLab } from "../../support/kernel-lab.ts";
import { requiresRoot } from "../../support/requires-root.ts";
import { addressesOf, macOf, speakIpv6, v4, v6 } from "./dual-stack.ts";

type Family = 4 | 6;

/** A connection that 11 begins to 12. */
interface Probe {
  readonly family: Family;
  readonly protocol: number;
  /** 0: ICMP has none. */
  readonly port: number;
}

const echo: Record<Family, { readonly protocol: number; readonly type: number }> = {
  4: { protocol: 1, type: 8 },
  6: { protocol: 58, type: 128 },
};
const ports = [5000, 5001, 5002];
const probes = ([4, 6] as const).flatMap((family): Probe[] => [
  { family, protocol: echo[family].protocol, port: 0 },
  ...ports.flatMap((port) => [6, 17].map((protocol) => ({ family, protocol, port }))),
]);
const textOf = ({ family, protocol, port }: Probe): string => `IPv${family} ${protocol} ${port}`;
const addresses = { 4: v4, 6: v6 } as const;

const arbitraryTransport = (family: Family) =>
  fc.oneof(
    fc.constant({}),
    fc.constant({ protocol: echo[family].protocol }),
    fc.record({
      protocol: fc.constant(echo[family].protocol),
      icmpType: fc.constantFrom(echo[family].type, 3),
    }),
    fc.record({ protocol: fc.constantFrom(6, 17) }),
    fc
      .record({
        protocol: fc.constantFrom(6, 17),
        portRangeMin: fc.constantFrom(...ports),
        more: fc.constantFrom(0, 1),
      })
      .map(({ more, ...first }) => ({ ...first, portRangeMax: first.portRangeMin + more })),
  );

const arbitraryRemote = (family: Family) =>
  fc.constantFrom(
    {},
    {},
    { remoteIpPrefix: `${addresses[family](11)}/${family === 4 ? 32 : 128}` },
    { remoteIpPrefix: family === 4 ? "10.0.1.0/24" : "2001:db8:0:1::/64" },
    { remoteIpPrefix: family === 4 ? "192.0.2.0/24" : "2001:db8:9::/48" },
    { remoteGroupId: sampleId("a", 1) },
    { remoteGroupId: sampleId("a", 2) },
    { remoteAddressGroupId: sampleId("e", 1) },
  );

const arbitraryRule = fc
  .constantFrom<Family>(4, 6)
  .chain((family) =>
    fc
      .record({ ingress: fc.boolean(), transport: arbitraryTransport(family), remote: arbitraryRemote(family) })
      .map(({ ingress, transport, remote }) => ({ ingress, ipv6: family === 6, ...transport, ...remote })),
  );

const arbitraryGroups = fc.subarray([1, 2], { minLength: 1 });

const arbitraryWorld = fc.record({
  rules: fc.tuple(
    fc.array(arbitraryRule, { minLength: 2, maxLength: 6 }),
    fc.array(arbitraryRule, { minLength: 2, maxLength: 6 }),
  ),
  senders: arbitraryGroups,
  receivers: arbitraryGroups,
  /** Whose port security is off. */
  unfiltered: fc.constantFrom(undefined, undefined, undefined, 11, 12),
  listed: fc.constantFrom([v4(11), v6(12)], [v4(12), v6(11)], ["0.0.0.0/0", "::/0"]),
});

type World = typeof arbitraryWorld extends fc.Arbitrary<infer Drawn> ? Drawn : never;

function stateOf({ rules: [first, second], senders, receivers, unfiltered, listed }: World): DesiredState {
  const port = (number: number, groups: readonly number[]) =>
    instancePort(number, 1, {
      ...addressesOf(number),
      portSecurity: number !== unfiltered,
      securityGroupIds: groups.map((group) => sampleId("a", group)),
    });
  return desiredState(
    tenantNetwork(1),
    port(11, senders),
    port(12, receivers),
    securityGroup(1, ...first.map((settings, at) => rule(at + 1, settings))),
    securityGroup(2, ...second.map((settings, at) => rule(at + 11, settings))),
    groupMember(11, senders, v4(11), v6(11)),
    groupMember(12, receivers, v4(12), v6(12)),
    addressGroup(1, ...listed),
  );
}

/** What passes, by the pure function. */
function permitted(state: DesiredState): string[] {
  const { security } = compileDesired(state, sampleHost);
  return probes
    .filter(({ family, protocol, port }) =>
      permits(security, [...security.ports.values()], {
        zone: 0,
        family,
        protocol,
        source: addresses[family](11),
        destination: addresses[family](12),
        sourcePort: 0,
        destinationPort: port,
        icmp: port === 0 ? { type: echo[family].type, code: 0, id: 1 } : undefined,
        mark: 0,
      }),
    )
    .map(textOf);
}

const worlds = fc.sample(arbitraryWorld, { numRuns: 10, seed: 20 });

describe.each(securityBackends)("filtered by %s, of packets between two ports", requiresRoot, (backend) => {
  let kernelLab: KernelLab;
  let sender: LabInstance;
  let receiver: LabInstance;

  beforeAll(async () => {
    kernelLab = await startKernelLab("process", { securityBackend: backend });
    sender = await kernelLab.plugInstance(11, 1);
    receiver = await kernelLab.plugInstance(12, 1);
    await speakIpv6(sender, 11);
    await speakIpv6(receiver, 12);
    // So that nothing waits for an answer about addresses.
    for (const [instance, other] of [
      [sender, 12],
      [receiver, 11],
    ] as const) {
      for (const address of [v4(other), v6(other)])
        await instance.output(["ip", "neighbour", "replace", address, "lladdr", macOf(other), "dev", "eth0"]);
    }
  });
  afterAll(() => kernelLab.lab.down());

  test.each(worlds.map((world, at) => [at, world] as const))(
    "those pass that the rules permit, and no others: %i",
    async (at, world) => {
      const state = stateOf(world);
      expect((await kernelLab.realise(state)).failures).toEqual([]);
      const capture = await startCapture(receiver, "eth0", `src host ${v4(11)} or src host ${v6(11)}`);
      // Of a port of its own: what an earlier world let through is another connection.
      await sender.output(["python3", "-c", sendAll, v4(12), v6(12), String(40_000 + at), ...ports.map(String)]);
      const arrived = (await capture.stop()).flatMap(probeIn);
      expect([...new Set(arrived)].sort(), JSON.stringify(world)).toEqual(permitted(state).sort());
    },
  );
});

/** "… > 10.0.1.12.5000: Flags [S], …", "… > 2001:db8:0:1::12.5001: UDP, …", "… ICMP echo request, …". */
function probeIn(packet: string): string[] {
  const family: Family = packet.includes("ethertype IPv6") ? 6 : 4;
  if (packet.includes("echo request")) return [textOf({ family, protocol: echo[family].protocol, port: 0 })];
  const port = Number(/ > [0-9a-f.:]+\.(500[0-2]): /.exec(packet)?.[1] ?? 0);
  if (port === 0) return [];
  return [textOf({ family, protocol: packet.includes("Flags [S]") ? 6 : 17, port })];
}

const sendAll = `
import socket, struct, sys
ipv4, ipv6, own, *ports = sys.argv[1:]
for family, address in ((socket.AF_INET, ipv4), (socket.AF_INET6, ipv6)):
    for port in map(int, ports):
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
            here = socket.socket(family, kind)
            here.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            here.setblocking(False)
            here.bind(("", int(own)))
            here.connect_ex((address, port))
            if kind == socket.SOCK_DGRAM:
                here.send(b"?")
    icmp = socket.IPPROTO_ICMP if family == socket.AF_INET else socket.IPPROTO_ICMPV6
    kind = 8 if family == socket.AF_INET else 128
    words = (kind << 8, int(own), 1)
    rest = sum(words)
    checksum = ~((rest & 0xffff) + (rest >> 16)) & 0xffff
    raw = socket.socket(family, socket.SOCK_RAW, icmp)
    raw.sendto(struct.pack("!BBHHH", kind, 0, checksum, int(own), 1), (address, 0))
`;
