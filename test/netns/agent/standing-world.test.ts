import { monitorKernelWrites } from "@rhumbline/infra/lab";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  desiredState,
  externalNetwork,
  floatingIp,
  instancePort,
  router,
  tenantNetwork,
} from "../../../services/node-agent/src/kernel/contract/sample-state.ts";
import { type KernelLab, startKernelLab } from "../../support/kernel-lab.ts";
import { requiresRoot } from "../../support/requires-root.ts";

const namespace = "qrouter-a0000001-0000-4000-8000-000000000000";
const state = desiredState(
  externalNetwork(),
  tenantNetwork(1),
  instancePort(11, 1),
  router(1, [1]),
  floatingIp(1, 1, "10.0.1.11"),
);

/** Only what was broken: the flushed chain, an element, an address, a device with what it held. */
const repairs = [
  `${namespace}: change rules
  + ip chain from-outside {
    \ttype filter hook prerouting priority -150; policy accept;
    \tiifname "qg-d0000001-00" meta mark set meta mark & 0xffff0002 | 0x00000002
    }`,
  `${namespace}: change rules
  + element ip fixed-ips 10.0.1.11 : 203.0.113.201`,
  `${namespace}: add veth qr-f0000101-00 to tapf0000101-00, mac fa:16:3e:00:03:11 mtu 1500`,
  "write net.ipv6.conf.tapf0000101-00.disable_ipv6 = 1",
  "set link tapf0000101-00 master brqb0000001-00",
  `${namespace}: add address 203.0.113.201/32 to qg-d0000001-00`,
  `${namespace}: add address 10.0.1.1/24 to qr-f0000101-00`,
  `${namespace}: set link qr-f0000101-00 up`,
  "set link tapf0000101-00 up",
  `${namespace}: announce 203.0.113.201/32 on qg-d0000001-00`,
  `${namespace}: announce 10.0.1.1/24 on qr-f0000101-00`,
];

describe("a world that stands", requiresRoot, () => {
  let kernelLab: KernelLab;
  let before: string[];

  beforeAll(async () => {
    kernelLab = await startKernelLab();
    await kernelLab.plugInstance(11, 1);
    before = await devices();
    expect((await kernelLab.realise(state)).failures).toEqual([]);
  });
  afterAll(() => kernelLab.lab.down());

  test("is looked at again without a single write", async () => {
    const monitor = await monitorKernelWrites(kernelLab.node);
    const { executed } = await kernelLab.realise(state);
    expect(executed).toEqual([]);
    expect(await monitor.stop()).toEqual([]);
  });

  test("has what somebody broke put right, and nothing else touched", async () => {
    const { node } = kernelLab;
    const inside = node.netns(namespace);
    await inside.output(["nft", "flush", "chain", "ip", "rhumbline", "from-outside"]);
    await inside.output(["nft", "delete element ip rhumbline fixed-ips { 10.0.1.11 }"]);
    await inside.output(["ip", "address", "delete", "203.0.113.201/32", "dev", "qg-d0000001-00"]);
    await node.output(["ip", "link", "delete", "tapf0000101-00"]);
    expect(await kernelLab.planFor(state)).toEqual(repairs);
    expect((await kernelLab.realise(state)).failures).toEqual([]);
    expect(await kernelLab.planFor(state)).toEqual([]);
  });

  test("keeps what others put there", async () => {
    const { node } = kernelLab;
    const inside = node.netns(namespace);
    await inside.output(["iptables", "-t", "nat", "-N", "operator"]);
    await inside.output(["iptables", "-t", "nat", "-I", "PREROUTING", "1", "-d", "192.0.2.1/32", "-j", "operator"]);
    await inside.output(["ip", "route", "add", "198.51.100.0/24", "via", "10.0.1.77", "proto", "static"]);
    await inside.output(["ip", "link", "add", "probe0", "type", "veth", "peer", "name", "probe1"]);
    await node.output(["ip", "link", "add", "brqffffffff-ff", "type", "bridge"]);
    await node.output(["ip", "link", "add", "tapffffffff-ff", "type", "veth", "peer", "name", "other0"]);
    await node.output(["ip", "link", "set", "tapffffffff-ff", "master", "br-ex"]);

    const moved = desiredState(externalNetwork(), tenantNetwork(1), router(1, [1]), floatingIp(1, 1, "10.0.1.12"));
    expect((await kernelLab.realise(moved)).failures).toEqual([]);
    const rules = await inside.output(["iptables-save", "-t", "nat"]);
    expect(rules).toContain("-A PREROUTING -d 192.0.2.1/32 -j operator");
    expect(await inside.output(["ip", "route"])).toContain("198.51.100.0/24 via 10.0.1.77");
    expect(await inside.output(["ip", "-br", "link"])).toContain("probe0");
    expect(await devices()).toEqual(expect.arrayContaining(["brqffffffff-ff", "tapffffffff-ff master br-ex"]));
    await node.output(["ip", "link", "delete", "brqffffffff-ff"]);
    await node.output(["ip", "link", "delete", "tapffffffff-ff"]);
  });

  test("is gone without a trace when nothing is desired any more", async () => {
    expect((await kernelLab.realise(desiredState())).failures).toEqual([]);
    expect(await devices()).toEqual(before);
    expect(await kernelLab.node.netnsNames()).toEqual(["instance11"]);
  });

  test("is gone though somebody sits in the router's namespace", async () => {
    await kernelLab.realise(state);
    const sitting = await kernelLab.node.netns(namespace).spawn(["sleep", "600"], { name: "operator-shell" });
    expect((await kernelLab.realise(desiredState())).failures).toEqual([]);
    expect(await devices()).toEqual(before);
    expect(await kernelLab.node.netnsNames()).toEqual(["instance11"]);
    sitting.kill("SIGKILL");
  });

  async function devices(): Promise<string[]> {
    const links = JSON.parse(await kernelLab.node.output(["ip", "-json", "link"])) as {
      ifname: string;
      master?: string;
    }[];
    return links.map(({ ifname, master }) => (master === undefined ? ifname : `${ifname} master ${master}`)).sort();
  }
});
