import { existsSync, readdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import {
  controlHost,
  externalNetwork,
  internet,
  type Lab,
  LabAlreadyUp,
  machineFootprint,
  monitorKernelWrites,
  nodeHosts,
  startCapture,
  startLab,
  startPing,
} from "@rhumbline/infra/lab";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { requiresRoot } from "../support/requires-root.ts";

const routerNamespace = "qrouter-11111111-2222-4333-8444-555555555555";
const card = { portId: "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee", mac: "fa:16:3e:00:00:01" };
const name = `test${process.pid}`;
const before = machineFootprint();

/** A namespace $name on the external network, whose kernel refuses nobody as long as its rules stand. */
const guardedNamespace = `
  ip netns add $name
  ip link add $name type veth peer name eth0 netns $name
  ip link set $name master br-ex up
  ip -n $name link set eth0 up
  ip netns exec $name nft 'table ip guard {
    chain input { type filter hook input priority 0; udp dport 9 drop; }
    chain prerouting { type nat hook prerouting priority 0; ct state new accept; }
  }'`;

const sendsToPort9 = (address: string): string => `
  const socket = require("dgram").createSocket("udp4");
  setInterval(() => { for (let sent = 0; sent < 20; sent++) socket.send("?", 9, "${address}"); }, 1);`;

describe("a lab of two nodes", requiresRoot, () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab({ name, hosts: [controlHost, ...nodeHosts("node1", "node2")] });
  });
  afterAll(() => lab.down());

  test("two hosts each hold a router of the same name, and the machine sees neither", async () => {
    const inodes: string[] = [];
    for (const host of [lab.host("node1"), lab.host("node2")]) {
      await host.output(["ip", "netns", "add", routerNamespace]);
      expect(await host.netnsNames()).toEqual([routerNamespace]);
      inodes.push(await host.output(["stat", "-Lc", "%i", `/run/netns/${routerNamespace}`]));
    }
    expect(new Set(inodes).size).toBe(2);
    expect(machineFootprint()).toEqual(before);
    for (const host of [lab.host("node1"), lab.host("node2")]) {
      await host.output(["ip", "netns", "delete", routerNamespace]);
    }
  });

  test("hosts reach each other over the underlay, by name too", async () => {
    await lab.host("node1").output(["ping", "-c1", "-W10", "198.18.0.12"]);
    await lab.host("node2").output(["ping", "-c1", "-W10", "control"]);
  });

  test("the underlay carries a full tenant packet in VXLAN's wrapping", async () => {
    // 1500 bytes of a tenant's packet and 50 of VXLAN are 1550 with the IP and ICMP headers, 28 bytes, among them.
    await lab.host("node1").output(["ping", "-c1", "-W10", "-M", "do", "-s", `${1550 - 28}`, "198.18.0.12"]);
  });

  test("the internet is one hop behind the external network's gateway", async () => {
    const node = lab.host("node1");
    await node.output(["ip", "netns", "add", "outsider"]);
    const outsider = node.netns("outsider");
    const peer = ["peer", "name", "eth0", "netns", "outsider"];
    await node.output(["ip", "link", "add", "outsider", "type", "veth", ...peer]);
    await node.output(["ip", "link", "set", "outsider", "master", externalNetwork.bridge, "up"]);
    await outsider.output(["ip", "address", "add", "203.0.113.99/24", "dev", "eth0"]);
    await outsider.output(["ip", "link", "set", "eth0", "up"]);
    await outsider.output(["ip", "route", "add", "default", "via", externalNetwork.gateway]);
    expect(await outsider.output(["ping", "-c1", "-W10", internet.address])).toContain("ttl=63");
    await lab.internet.output(["ping", "-c1", "-W10", "203.0.113.99"]);
    await node.output(["ip", "link", "delete", "outsider"]);
    await node.output(["ip", "netns", "delete", "outsider"]);
  });

  test("an instance is plugged under its port's device name, on no bridge, and unplugged without a trace", async () => {
    const node = lab.host("node1");
    const devices = await node.output(["ls", "/sys/class/net"]);
    const gateway = "10.0.0.1";
    const web = await node.plugInstance({ name: "web", ...card, address: "10.0.0.5/24", gateway });
    const tap = await node.output(["ip", "-oneline", "link", "show", "tapaaaaaaaa-bb"]);
    expect(tap).toContain("LOWER_UP");
    expect(tap).not.toContain("master");
    expect(await web.output(["ip", "-oneline", "link", "show", "eth0"])).toContain(card.mac);
    expect(await web.output(["ip", "route"])).toContain("default via 10.0.0.1 dev eth0");

    const server = await web.spawn(["sleep", "1000"], { name: "server" });
    await web.unplug();
    expect(await server.exited).toBe(128 + 9);
    expect(await node.netnsNames()).toEqual([]);
    expect(await node.output(["ls", "/sys/class/net"])).toBe(devices);
  });

  test("a program is known by its pid outside, can be stopped and continued, and logs to files", async () => {
    const program = 'trap "exit 7" TERM; echo to the user; echo to the log >&2; while :; do sleep 0.01; done';
    const running = await lab.host("node1").spawn(["sh", "-c", program], { name: "program" });
    running.kill("SIGSTOP");
    running.kill("SIGCONT");
    expect(existsSync(`/proc/${running.pid}`)).toBe(true);
    const written = async () =>
      (await lab.host("node1").output(["cat", running.outputFile, running.logFile])).split("\n");
    while ((await written()).length < 3) await sleep(10);
    expect(await written()).toEqual(["to the user", "to the log", ""]);
    running.kill("SIGTERM");
    expect(await running.exited).toBe(7);
    running.kill("SIGTERM");
  });

  test("each host keeps its own /var/lib and /run", async () => {
    await lab.host("node1").output(["sh", "-c", "echo one >/var/lib/rhumbline/state; echo one >/run/agent.pid"]);
    expect(await lab.host("node2").output(["ls", "/var/lib/rhumbline"])).toBe("");
    expect((await lab.host("node2").run(["cat", "/run/agent.pid"])).code).toBe(1);
    expect(existsSync("/run/agent.pid")).toBe(false);
  });

  test("a command beyond its deadline is ended inside the host", async () => {
    const { code } = await lab.host("node1").run(["sleep", "1000"], { deadlineMs: 50 });
    expect(code).toBe(124);
    expect(lab.host("node1").processes()).toEqual([]);
  });

  test("a ping tells which requests were lost", async () => {
    const ping = await startPing(lab.host("node1"), "198.18.0.12");
    await sleep(200);
    await lab.fabric.output(["ip", "link", "set", "node2-eth0", "down"]);
    await sleep(200);
    await lab.fabric.output(["ip", "link", "set", "node2-eth0", "up"]);
    const result = await ping.stop();
    expect(result.lost.length).toBeGreaterThan(0);
    expect(result.sent - result.received).toBe(result.lost.length);
    const first = result.lost[0] ?? 0;
    expect(result.lost).toEqual(result.lost.map((_, index) => first + index));
    expect(result.longestGapMs).toBeGreaterThanOrEqual(20 * result.lost.length);
  });

  test("a capture holds every packet from its start to its stop", async () => {
    const capture = await startCapture(lab.host("node2"), "eth0", "icmp[icmptype] == icmp-echo");
    await lab.host("node1").output(["ping", "-c", "20", "-i", "0.002", "198.18.0.12"]);
    const packets = await capture.stop();
    expect(packets).toHaveLength(20);
    expect(packets[0]).toContain("198.18.0.11 > 198.18.0.12: ICMP echo request");
  });

  test("a kernel write in a host or in one of its namespaces is seen, and traffic is none", async () => {
    const node = lab.host("node1");
    await node.output(["ip", "netns", "add", routerNamespace]);
    const idle = await monitorKernelWrites(node);
    await node.output(["ip", "neigh", "flush", "dev", "eth0"]);
    await node.output(["ping", "-c1", "-W10", "198.18.0.12"]);
    await node.output(["iptables-save"]);
    expect(await idle.stop()).toEqual([]);

    const busy = await monitorKernelWrites(node);
    const router = node.netns(routerNamespace);
    await router.output(["ip", "link", "set", "lo", "up"]);
    await router.output(["sysctl", "-qw", "net.ipv4.ip_forward=1"]);
    await node.output(["iptables", "-t", "nat", "-A", "POSTROUTING", "-j", "ACCEPT"]);
    await node.output(["ip", "netns", "add", "another"]);
    const writes = await busy.stop();
    const seen = (where: string, text: string) =>
      writes.some((write) => write.where === where && write.text.includes(text));
    expect(seen(`node1/${routerNamespace}`, "127.0.0.1/8")).toBe(true);
    expect(seen(`node1/${routerNamespace}`, "forwarding on")).toBe(true);
    expect(seen("node1", "add rule ip nat POSTROUTING")).toBe(true);
    expect(seen("node1", "namespace another added")).toBe(true);
  });

  test("a second lab stands beside it with the same hosts and addresses, and its end leaves the first whole", async () => {
    const second = await startLab({ name: `${name}b`, hosts: [controlHost, ...nodeHosts("node1", "node2")] });
    await second.host("node1").plugInstance({ name: "web", ...card, address: "10.0.0.5/24" });
    await second.host("node1").output(["ping", "-c1", "-W10", "198.18.0.12"]);
    await second.down();
    await lab.host("node1").output(["ping", "-c1", "-W10", "198.18.0.12"]);
  });

  test("the name of a living lab is taken", async () => {
    await expect(startLab({ name, hosts: [controlHost] })).rejects.toThrow(LabAlreadyUp);
  });

  test("a powered-off host loses everything but its folder, and the others stay", async () => {
    const third = await startLab({ name: `${name}c`, hosts: nodeHosts("node1", "node2") });
    const node = third.host("node1");
    await node.output(["sh", "-c", "echo kept >/var/lib/rhumbline/state"]);
    const program = await node.spawn(["sleep", "1000"], { name: "program" });
    await node.powerOff();
    expect(await program.exited).toBe(128 + 9);
    expect(existsSync(`${node.folder}/var-lib/rhumbline/state`)).toBe(true);
    await expect(node.run(["true"])).rejects.toThrow("node1 is off");
    expect((await third.host("node2").run(["true"])).code).toBe(0);
    await third.down();
  });

  test("a powered-off host is silent at once: nobody hears a kernel whose rules are gone before its devices", async () => {
    const fourth = await startLab({ name: `${name}e`, hosts: nodeHosts("node1") });
    const node = fourth.host("node1");
    const address = "203.0.113.50";
    // The more a kernel has to take down, the longer it stands without rules.
    await node.output(["bash", "--norc", "-c", `set -e; for name in guarded {1..20}; do ${guardedNamespace}; done`]);
    const guarded = node.netns("guarded");
    await guarded.output(["ip", "address", "add", `${address}/24`, "dev", "eth0"]);
    await guarded.output(["ip", "route", "add", "default", "via", externalNetwork.gateway]);
    await fourth.internet.output(["ping", "-c1", "-W10", address]);

    const refusals = await startCapture(fourth.internet, "eth0", `icmp and src ${address}`);
    const requests = await startCapture(guarded, "eth0", "udp port 9");
    await fourth.internet.spawn(["node", "-e", sendsToPort9(address)], { name: "sender" });
    await eventually(() => expect(requests.packets().length).toBeGreaterThan(100));
    await node.powerOff();
    await eventually(async () => expect(await fourth.fabric.output(["ip", "-brief", "link"])).not.toContain("node1-"));
    expect(await refusals.stop()).toEqual([]);
    await fourth.down();
  });

  test("down leaves nothing: no process, no device, no namespace, no mount, no file", async () => {
    const ended = await startLab({ name: `${name}d`, hosts: [controlHost, ...nodeHosts("node1")] });
    await ended.host("node1").output(["ip", "netns", "add", routerNamespace]);
    const program = await ended.host("node1").spawn(["sleep", "1000"], { name: "program" });
    const pids = [program.pid, ended.fabric.pid, ...ended.hosts.map((host) => host.pid)];
    await ended.down();
    await program.exited;
    expect(pids.filter((pid) => existsSync(`/proc/${pid}`))).toEqual([]);
    expect(existsSync(ended.workFolder)).toBe(false);
    expect(machineFootprint()).toEqual(before);
  });

  test("a plan that no lab can have is refused", async () => {
    const hosts = nodeHosts("node1", "node1");
    await expect(startLab({ name: `${name}e`, hosts })).rejects.toThrow("node1 is taken");
    await expect(startLab({ name: "../x", hosts: [] })).rejects.toThrow("is no lab name");
    expect(readdirSync("/tmp").filter((entry) => entry.includes(`${name}e`))).toEqual([]);
  });
});
