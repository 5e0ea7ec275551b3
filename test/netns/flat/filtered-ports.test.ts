import { readFileSync } from "node:fs";
import { askForLease, conntrackEntries, type LabInstance, startCapture } from "@rhumbline/infra/lab";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type DesiredState,
  desiredState,
  dhcpServer,
  dhcpSubnet,
  externalNetwork,
  externalNetworkId,
  externalPort,
  filteredBy,
  instancePort,
  router,
  rule,
  sampleId,
  securityGroup,
  tenantNetwork,
} from "../../../services/node-agent/src/kernel/contract/sample-state.ts";
import { securityBackends } from "../../../services/node-agent/src/security/model.ts";
import { eventually } from "../../support/eventually.ts";
import { type KernelLab, startKernelLab } from "../../support/kernel-lab.ts";
import { requiresRoot } from "../../support/requires-root.ts";
import { echoClient, echoServer } from "../agent/echo-programs.ts";
import { everythingOut, pings } from "../security/dual-stack.ts";
import { arpReply } from "../security/frames.ts";
import { operatorsSide } from "./operators-side.ts";
import { taggedAndNot } from "./tagged-frames.ts";

type Rules = readonly ReturnType<typeof rule>[];

const [client, server, outside] = ["203.0.113.11", "203.0.113.12", "198.18.200.1"];
const lettingPingsIn = [...everythingOut, rule(5, { protocol: 1 })];
const asking = rule(6, { protocol: 6, portRangeMin: 9000, portRangeMax: 9000 });

/** A client and a server on the provider's network: 11 and 12. */
const onFlat = (ofServer: Rules, ...others: readonly ReturnType<typeof externalPort>[]): DesiredState =>
  desiredState(
    externalNetwork(),
    externalPort(11, filteredBy(1)),
    externalPort(12, filteredBy(2)),
    securityGroup(1, ...everythingOut),
    securityGroup(2, ...everythingOut, ...ofServer),
    ...others,
  );

/** The same addresses in another project's network: 21 and 22. */
const twins = [
  tenantNetwork(2),
  instancePort(21, 2, { ...filteredBy(1), ipAddresses: [client] }),
  instancePort(22, 2, { ...filteredBy(1), ipAddresses: [server] }),
];

describe.each(securityBackends)("on the operator's flat network, filtered by %s,", requiresRoot, (backend) => {
  let kernelLab: KernelLab;
  let operators: string;
  let asker: LabInstance;
  let answerer: LabInstance;
  /** Plugged into br-ex by the operator himself. */
  let neighbour: LabInstance;

  beforeAll(async () => {
    kernelLab = await startKernelLab(backend === "nftables" ? "native" : "process", { securityBackend: backend });
    // Higher than whatever a kernel makes up: a bridge takes the lowest MAC address that it finds.
    await kernelLab.node.output(["ip", "link", "set", "eth1", "address", "fc:00:00:00:00:01"]);
    // As a host has it that runs containers.
    await kernelLab.node.output(["iptables", "--policy", "FORWARD", "DROP"]);
    neighbour = await plug(90, "203.0.113.90", { name: "neighbour", device: "operators-own" });
    await kernelLab.node.output(["ip", "link", "set", "operators-own", "master", "br-ex"]);
    operators = await operatorsSide(kernelLab.node);
    asker = await plug(11, client);
    answerer = await plug(12, server);
    if (backend === "nftables") {
      const pass = ["-i", "brq+", "-o", "brq+", "-j", "ACCEPT"];
      await kernelLab.node.output(["iptables", "--insert", "FORWARD", ...pass]);
    }
  });
  afterAll(() => kernelLab.lab.down());

  const plug = (
    number: number,
    address: string,
    as: { readonly name?: string; readonly device?: string } = {},
  ): Promise<LabInstance> =>
    kernelLab.node.plugInstance({
      name: `instance${number}`,
      portId: sampleId("c", number),
      mac: `fa:16:3e:00:01:${number}`,
      address: `${address}/24`,
      gateway: "203.0.113.1",
      ...as,
    });

  const realise = async (state: DesiredState): Promise<void> => {
    expect((await kernelLab.realise(state)).failures).toEqual([]);
    expect(await kernelLab.planFor(state)).toEqual([]);
  };

  test("a port sends out, is answered, and gets nothing that its groups don't let in", async () => {
    await realise(onFlat([]));
    expect(await pings(asker, outside)).toBe(true);
    expect(await pings(asker, server)).toBe(false);
    expect((await kernelLab.lab.internet.run(["ping", "-n", "-c2", "-i0.2", "-W1", server])).code).not.toBe(0);
  });

  test("what they let in comes in, from outside and from the same node", async () => {
    await realise(onFlat(lettingPingsIn));
    expect(await pings(asker, server)).toBe(true);
    await kernelLab.lab.internet.output(["ping", "-n", "-c2", "-i0.2", "-W1", server]);
    await neighbour.output(["ping", "-n", "-c2", "-i0.2", "-W1", server]);
  });

  test("frames of other addresses than its own leave neither the port nor the node", async () => {
    await realise(onFlat(lettingPingsIn));
    const wire = await startCapture(kernelLab.node, "eth1", "arp or icmp");
    await asker.output(["ip", "address", "add", "203.0.113.77/24", "dev", "eth0"]);
    await asker.run(["ping", "-n", "-c2", "-i0.2", "-W1", "-I", "203.0.113.77", "203.0.113.1"]);
    const source = "fa:16:3e:00:01:11";
    for (const address of ["203.0.113.1", client]) await asker.output(arpReply({ source, sender: source, address }));
    await asker.output(["ip", "address", "delete", "203.0.113.77/24", "dev", "eth0"]);
    const seen = (await wire.stop()).join("\n");
    expect(seen).toContain(`Reply ${client} is-at`);
    expect(seen).not.toContain("203.0.113.1 is-at fa:16:3e:00:01:11");
    expect(seen).not.toContain("203.0.113.77");
  });

  test("another project's network with the same addresses on the node stays apart", async () => {
    const plugged = await Promise.all([plug(21, client), plug(22, server)]);
    const [twin] = plugged;
    await answerer.spawn(echoServer("on the provider's network"), { name: "server" });
    await eventually(async () => expect(await answerer.output(["ss", "-ltn"])).toContain(":9000 "));
    await realise(onFlat([asking], ...twins));
    const ask = (from: LabInstance) => from.run(["python3", "-c", askOnce, server]);
    // The same addresses and ports, and the twin's server lets nobody in.
    expect((await ask(asker)).stdout.trim()).toBe("on the provider's network");
    expect((await ask(twin)).stdout.trim()).toBe("nothing");
    const zones = (await conntrackEntries(kernelLab.node))
      .filter((line) => line.includes(`src=${client} dst=${server} sport=5555 dport=9000`))
      .map((line) => / zone=(\d+)/.exec(line)?.[1]);
    expect(zones).not.toContain(undefined);
    for (const instance of plugged) await instance.unplug();
  });

  test("nothing is tracked of what others send through the operator's bridge, and no rule of the host's meets it", async () => {
    await realise(onFlat(lettingPingsIn));
    await neighbour.output(["ping", "-n", "-c2", "-i0.2", "-W1", outside]);
    const entries = await conntrackEntries(kernelLab.node);
    expect(entries.some((line) => line.includes(`src=${client}`) || line.includes(`src=${server}`))).toBe(true);
    expect(entries.filter((line) => line.includes("203.0.113.90") && line.includes(outside))).toEqual([]);
  });

  test("tagged frames go neither out nor in, even where port security is off: they are a VLAN's", async () => {
    await realise(desiredState(externalNetwork(), externalPort(11), externalPort(12)));
    const atWire = await startCapture(kernelLab.node, "eth1", "ether proto 0x88b5 or vlan");
    await asker.output(taggedAndNot);
    const out = (await atWire.stop()).join("\n");
    const inside = await startCapture(asker, "eth0", "ether proto 0x88b5 or vlan");
    await neighbour.output(taggedAndNot);
    const arrived = (await inside.stop()).join("\n");
    for (const seen of [out, arrived]) {
      expect(seen).toContain("0x88b5");
      expect(seen).not.toContain("vlan");
    }
  });

  test("a port that lies on the operator's bridge, as earlier agents bound it, moves over with its connections", async () => {
    await realise(desiredState());
    const tap = asker.tapDevice;
    const mark = ["group", "120", "alias", `rhumbline port.${sampleId("c", 11)}`];
    await kernelLab.node.output(["ip", "link", "set", tap, ...mark, "master", "br-ex", "up"]);
    await neighbour.spawn(echoServer("neighbour"), { name: "neighbour" });
    await eventually(async () => expect(await neighbour.output(["ss", "-ltn"])).toContain(":9000 "));
    const connection = await asker.spawn(echoClient("203.0.113.90"), { name: "connection" });
    const answers = () => readFileSync(connection.outputFile, "utf8").split("neighbour").length;
    await eventually(() => expect(answers()).toBeGreaterThan(2));
    await realise(desiredState(externalNetwork(), externalPort(11)));
    const before = answers();
    await eventually(() => expect(answers()).toBeGreaterThan(before + 5));
    expect(await kernelLab.node.output(["ip", "-oneline", "link", "show", tap])).toMatch(/ master brqe0000000-00 /);
    connection.kill("SIGTERM");
  });

  test("an instance that asks for its address is answered on its node, and nobody else hears it", async () => {
    const subnet = { cidr: "203.0.113.0/24", serverAddress: "203.0.113.2", gatewayIp: "203.0.113.1" };
    const server = dhcpServer(9, { networkId: externalNetworkId, subnets: [dhcpSubnet(9, subnet)], onLink: [] });
    await realise(onFlat([], server));
    const wire = await startCapture(kernelLab.node, "eth1", "udp port 67 or udp port 68");
    expect(await askForLease(asker)).toMatchObject({ ip: client, router: "203.0.113.1" });
    expect(await wire.stop()).toEqual([]);
  });

  test("the operator's bridge is as it was, while routers and instances lie on it", async () => {
    await realise(onFlat([], tenantNetwork(1), router(1, [1])));
    expect(await kernelLab.node.output(["ip", "-brief", "link", "show", "master", "br-ex"])).toMatch(
      /^tapd0000001-00@/m,
    );
    expect(await operatorsSide(kernelLab.node)).toBe(operators);
  });

  test("with the last instance all of it goes", async () => {
    await realise(desiredState(externalNetwork()));
    expect(await operatorsSide(kernelLab.node)).toBe(operators);
    expect(await kernelLab.node.output(["ip", "-brief", "link"])).not.toMatch(/^(brq|flat|phy-)/m);
    expect(await pings(neighbour, outside)).toBe(true);
  });
});

/** From port 5555. The end is a reset, so that the next one may have the same port. */
const askOnce = `
import socket, struct, sys
asked = socket.socket()
asked.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
asked.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
asked.settimeout(2)
asked.bind(("", 5555))
try:
    asked.connect((sys.argv[1], 9000))
    asked.send(b"?")
    print(asked.recv(100).decode())
except OSError:
    print("nothing")
`;
