import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import type { LabProcess, Place } from "@rhumbline/infra/lab";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { applyPlan } from "../../../services/node-agent/src/apply/apply-plan.ts";
import { compileDesired } from "../../../services/node-agent/src/desired/compile-desired.ts";
import type { RulesBackend } from "../../../services/node-agent/src/desired/host-facts.ts";
import {
  type DesiredState,
  desiredState,
  externalNetwork,
  floatingIp,
  instancePort,
  portForwarding,
  router,
  sampleHost,
  tenantNetwork,
} from "../../../services/node-agent/src/kernel/contract/sample-state.ts";
import { plan } from "../../../services/node-agent/src/plan/plan.ts";
import { eventually } from "../../support/eventually.ts";
import { type KernelLab, startKernelLab } from "../../support/kernel-lab.ts";
import { requiresRoot } from "../../support/requires-root.ts";

const namespace = "qrouter-a0000001-0000-4000-8000-000000000000";
const internetAddress = "198.18.200.1";
const fixedIps = ["10.0.1.11", "10.0.1.12", "10.0.2.21"];
const shared = "203.0.113.221";

/** Of one floating IP, apart from each other: single ports and ranges, to one port, to the same and to others. */
const arbitraryForwarding = fc.record({
  externalFirst: fc.constantFrom(80, 6100, 8000, 9000),
  more: fc.constantFrom(0, 1, 10),
  internal: fc.constantFrom("one", "same", "others"),
  protocol: fc.constantFrom("udp", "udp", "tcp"),
  fixedIp: fc.constantFrom(...fixedIps),
});

const arbitraryRules = fc
  .record({
    snat: fc.boolean(),
    networks: fc.constantFrom([1], [1, 2]),
    /** The fixed IP of each floating IP. */
    fixedIps: fc.shuffledSubarray(fixedIps),
    forwardings: fc.uniqueArray(arbitraryForwarding, {
      minLength: 1,
      maxLength: 4,
      selector: ({ externalFirst }) => externalFirst,
    }),
  })
  .map(({ snat, networks, fixedIps: translated, forwardings }) =>
    desiredState(
      externalNetwork(),
      tenantNetwork(1),
      tenantNetwork(2),
      instancePort(11, 1),
      instancePort(12, 1),
      instancePort(21, 2),
      router(1, networks, { enableSnat: snat }),
      ...translated.map((fixedIp, i) => floatingIp(i + 1, 1, fixedIp)),
      ...forwardings.map(({ externalFirst, more, internal, protocol, fixedIp }, i) => {
        const internalFirst = internal === "same" ? externalFirst : 5000;
        const externalLast = externalFirst + more;
        const internalLast = internal === "one" ? internalFirst : internalFirst + more;
        const ports = { externalFirst, externalLast, internalFirst, internalLast };
        return portForwarding(i + 1, 1, fixedIp, { floatingIpAddress: shared, protocol, ...ports });
      }),
    ),
  );

const addresses = [1, 2, 3].map((number) => `203.0.113.${200 + number}`).concat(shared, "203.0.113.101");
const ports = [80, 81, 6100, 6110, 6111, 8000, 8001, 8002, 9000, 9005];
const calls = addresses.flatMap((address) => ports.map((port) => [address, port] as const));
/** Of the last ones, straight to each place: longer than any that a call has. */
const lastLength = 1400;

describe("the two backends of a router's rules", requiresRoot, () => {
  let kernelLab: KernelLab;
  let places: Readonly<Record<string, Place>>;
  let inside: Place;

  beforeAll(async () => {
    kernelLab = await startKernelLab("native");
    inside = kernelLab.node.netns(namespace);
    places = {
      "instance 11": await kernelLab.plugInstance(11, 1),
      "instance 12": await kernelLab.plugInstance(12, 1),
      "instance 21": await kernelLab.plugInstance(21, 2),
      internet: kernelLab.lab.internet,
    };
  });
  afterAll(() => kernelLab.lab.down());

  test("lead every packet to the same place with the same addresses, whatever the rules", async () => {
    let arrived = 0;
    await fc.assert(
      fc.asyncProperty(arbitraryRules, async (state) => {
        const [byIptables, byNftables] = [await verdicts(state, "iptables"), await verdicts(state, "nftables")];
        expect(byNftables).toEqual(byIptables);
        arrived += byIptables.length;
      }),
      { numRuns: 5, seed: 118, endOnFailure: true },
    );
    // From three senders, to what is translated whole at the least.
    expect(arrived).toBeGreaterThan(5 * ports.length);
  }, 300_000);

  /** What arrived where: a datagram is known by its length. */
  async function verdicts(state: DesiredState, backend: RulesBackend): Promise<string[]> {
    const isReached = (name: string): boolean => name !== "instance 21" || hasBothNetworks(state);
    const observed = await kernelLab.kernel.observe();
    const operations = plan(compileDesired(state, { ...sampleHost, backend }), observed);
    expect((await applyPlan(kernelLab.kernel, operations, observed)).failures).toEqual([]);
    // Neighbours are known before the first of them; no connection tells what earlier rules were.
    for (const address of [...fixedIps, "203.0.113.1"]) await inside.run(["ping", "-c1", "-W1", address]);
    await inside.output(["conntrack", "-F"]);
    const watchers: [string, LabProcess][] = [];
    for (const [name, place] of Object.entries(places)) if (isReached(name)) watchers.push([name, await watch(place)]);
    await send(kernelLab.lab.internet, 0, calls);
    await send(places["instance 11"] ?? inside, calls.length, [...calls, [internetAddress, 53]]);
    await send(inside, 2 * calls.length + 1, calls);
    await send(
      inside,
      lastLength,
      [...fixedIps, internetAddress].map((address) => [address, 9]),
    );
    const arrived: string[] = [];
    for (const [name, watcher] of watchers) {
      expect(await watcher.exited).toBe(0);
      arrived.push(
        ...linesOf(watcher)
          .slice(1)
          .map((line) => `at ${name}: ${withoutChance(line)}`),
      );
    }
    return arrived.sort();
  }

  /** Ends when the last datagram has come. */
  async function watch(place: Place): Promise<LabProcess> {
    const watcher = await place.spawn(["python3", "-c", arrivals, String(lastLength)], {
      name: `arrivals-${randomUUID()}`,
    });
    await eventually(() => expect(linesOf(watcher)).toEqual(["listening"]));
    return watcher;
  }

  /** Each from a port of its own, and the first as long as `length`. */
  async function send(from: Place, length: number, to: readonly (readonly [string, number])[]): Promise<void> {
    const source = from === inside ? 30_000 : 20_000;
    await from.output(["python3", "-c", sender, String(length), String(source), JSON.stringify(to)]);
  }
});

function hasBothNetworks(state: DesiredState): boolean {
  const resources = [...state.values()].map(({ resource }) => resource);
  return resources.some((each) => each?.$case === "router" && each.value.interfaces.length > 1);
}

const linesOf = (watcher: LabProcess): string[] =>
  readFileSync(watcher.outputFile, "utf8")
    .split("\n")
    .filter((line) => line !== "");

/** What the gateway's address sends in others' stead has a port at random. */
const withoutChance = (line: string): string => line.replace(/from 203\.0\.113\.101:\d+/, "from 203.0.113.101");

const sender = `
import json, socket, sys
length, source = int(sys.argv[1]), int(sys.argv[2])
for number, (address, port) in enumerate(json.loads(sys.argv[3])):
    here = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    here.bind(("", source + number))
    try:
        here.sendto(b"x" * (length + number), (address, port))
    except OSError:
        pass  # no way there
    here.close()
`;

/** Every datagram that comes in by eth0, until one of the last. A capture's ring would be too short for so many at once. */
const arrivals = `
import socket, struct, sys
heard = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(0x0800))
heard.setsockopt(socket.SOL_SOCKET, 33, 1 << 23)  # SO_RCVBUFFORCE
heard.bind(("eth0", 0x0800))
print("listening", flush=True)
while True:
    packet, (_, _, kind, _, _) = heard.recvfrom(2048)
    header = (packet[0] & 15) * 4
    if kind == socket.PACKET_OUTGOING or packet[9] != socket.IPPROTO_UDP or packet[6] & 31 or packet[7]:
        continue
    source, port, length = struct.unpack_from("!HHH", packet, header)
    if length - 8 >= int(sys.argv[1]):
        break
    addresses = [socket.inet_ntoa(packet[at:at + 4]) for at in (12, 16)]
    print("call %d from %s:%d to %s:%d" % (length - 8, addresses[0], source, addresses[1], port))
`;
