import { readFileSync } from "node:fs";
import type { LabInstance, LabProcess } from "@rhumbline/infra/lab";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  addressGroup,
  type DesiredState,
  desiredState,
  filteredBy,
  gone,
  groupMember,
  instancePort,
  rule,
  sampleId,
  securityGroup,
  tenantNetwork,
} from "../../../services/node-agent/src/kernel/contract/sample-state.ts";
import { securityBackends } from "../../../services/node-agent/src/security/model.ts";
import { type AgentLab, startAgentLab } from "../../support/agent-lab.ts";
import { eventually } from "../../support/eventually.ts";
import { requiresRoot } from "../../support/requires-root.ts";
import { addressesOf, everythingOut, speakIpv6, v4, v6 } from "./dual-stack.ts";

type Rules = readonly ReturnType<typeof rule>[];

const fromAnybody = [rule(3), rule(4, { ipv6: true })];
const fromMembers = [
  rule(3, { remoteGroupId: sampleId("a", 1) }),
  rule(4, { remoteGroupId: sampleId("a", 1), ipv6: true }),
];
const fromAddresses = [
  rule(3, { remoteAddressGroupId: sampleId("e", 1) }),
  rule(4, { remoteAddressGroupId: sampleId("e", 1), ipv6: true }),
];

const client = instancePort(11, 1, { ...filteredBy(1), ...addressesOf(11) });
const server = instancePort(12, 1, { ...filteredBy(2), ...addressesOf(12) });
const member = groupMember(11, [1], v4(11), v6(11));

const world = (rules: Rules, ...others: readonly (typeof client)[]): DesiredState =>
  desiredState(
    tenantNetwork(1),
    client,
    server,
    securityGroup(1, ...everythingOut),
    securityGroup(2, ...everythingOut, ...rules),
    ...others,
  );

/** How access is given, and what it is without that. */
const ways: Record<string, { readonly given: DesiredState; readonly taken: DesiredState }> = {
  "a rule": { given: world(fromAnybody), taken: world([]) },
  "membership of a group": { given: world(fromMembers, member), taken: world(fromMembers) },
  "an address of an address group": {
    given: world(fromAddresses, addressGroup(1, v4(11), v6(11))),
    taken: world(fromAddresses, addressGroup(1, v4(99))),
  },
  "a group of the server's port": {
    given: world(fromAnybody),
    taken: world(fromAnybody, instancePort(12, 1, { ...filteredBy(1), ...addressesOf(12) })),
  },
  "a rule of the client's": {
    given: world(fromAnybody),
    taken: world(fromAnybody, securityGroup(1)),
  },
};

describe.each(securityBackends)("filtered by %s, connections that somebody has", requiresRoot, (backend) => {
  let agentLab: AgentLab;
  let talks: Talk[];
  let position = 10;
  const published = new Set<string>();
  const endedAfterMs: [string, number][] = [];

  beforeAll(async () => {
    agentLab = await startAgentLab();
    const one = await agentLab.plugInstance(11, 1);
    const other = await agentLab.plugInstance(12, 1);
    await speakIpv6(one, 11);
    await speakIpv6(other, 12);
    await agentLab.startAgent(["--resync-seconds", "3600", "--security-backend", backend]);
    await agentLab.realise(position, world(fromAnybody));
    talks = [
      await startTalk("UDP over IPv4", "udp", one, other, v4(12), 9001),
      await startTalk("UDP over IPv6", "udp", one, other, v6(12), 9002),
      await startTalk("TCP over IPv4", "tcp", one, other, v4(12), 9003),
      await startTalk("TCP over IPv6", "tcp", one, other, v6(12), 9004),
    ];
    for (const talk of talks) await goesOn(talk);
  });
  afterAll(async () => {
    process.stdout.write(`ms from the end of the publication to the last message: ${JSON.stringify(endedAfterMs)}\n`);
    await agentLab.down();
  });

  /** What the state has no more is removed. */
  const publish = async (state: DesiredState): Promise<void> => {
    position += 10;
    const left = [...published].filter((key) => !state.has(key)).map(gone);
    for (const key of state.keys()) published.add(key);
    await agentLab.publish(position, desiredState(...state, ...left));
  };

  for (const [way, { given, taken }] of Object.entries(ways)) {
    test(`by ${way} end both ways when it is taken, and go on when it is given again`, async () => {
      await publish(given);
      for (const talk of talks) await goesOn(talk);
      await publish(taken);
      const takenMs = Date.now();
      for (const talk of talks) {
        await isSilent(talk);
        endedAfterMs.push([`${talk.name}, ${way}`, Math.max(...talk.sides.map(lastHeardMs)) - takenMs]);
      }
      await publish(given);
      for (const talk of talks) await goesOn(talk);
    });
  }
});

/** Two programs that send to each other all the time, each without waiting for the other. */
interface Talk {
  readonly name: string;
  readonly sides: readonly [LabProcess, LabProcess];
}

async function startTalk(
  name: string,
  protocol: "tcp" | "udp",
  from: LabInstance,
  to: LabInstance,
  address: string,
  port: number,
): Promise<Talk> {
  const args = ["python3", "-uc", talker, protocol, address, String(port)];
  const heard = await to.spawn([...args, "answers"], { name: `${protocol}-${port}-server` });
  await eventually(() => expect(readFileSync(heard.outputFile, "utf8")).toContain("listening"));
  const asked = await from.spawn([...args, "begins"], { name: `${protocol}-${port}-client` });
  return { name, sides: [asked, heard] };
}

/** The moments at which a side got something. */
const heardMs = (side: LabProcess): number[] =>
  readFileSync(side.outputFile, "utf8")
    .split("\n")
    .slice(0, -1)
    .filter((line) => line !== "listening")
    .map((line) => Number(line) * 1000);

const lastHeardMs = (side: LabProcess): number => heardMs(side).at(-1) ?? 0;

/** Each side gets something sent from now on. */
async function goesOn({ name, sides }: Talk): Promise<void> {
  const nowMs = Date.now();
  await eventually(() => {
    for (const side of sides) expect(lastHeardMs(side), name).toBeGreaterThan(nowMs);
  });
}

/** Neither side has got anything for as long as would bring twenty messages. */
async function isSilent({ name, sides }: Talk): Promise<void> {
  await eventually(() => {
    for (const side of sides) expect(lastHeardMs(side), name).toBeLessThan(Date.now() - 1000);
  });
}

const talker = `
import select, socket, sys, time
protocol, address, port, part = sys.argv[1:]
kind = socket.SOCK_STREAM if protocol == "tcp" else socket.SOCK_DGRAM
here = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, kind)
here.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
if part == "answers":
    here.bind((address, int(port)))
    if protocol == "tcp":
        here.listen()
    print("listening")
    if protocol == "tcp":
        here = here.accept()[0]
    else:
        here.connect(here.recvfrom(100)[1])
else:
    here.connect((address, int(port)))
here.setblocking(False)
next_send = time.time()
while True:
    if select.select([here], [], [], max(0, next_send - time.time()))[0]:
        try:
            if here.recv(65536):
                print(time.time())
        except OSError:
            pass  # an error that an earlier datagram met
    if time.time() >= next_send:
        next_send = time.time() + 0.05
        try:
            here.send(b"?")
        except OSError:
            pass
`;
