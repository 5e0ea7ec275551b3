import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { type Lab, type LabHost, nodeHosts, startLab } from "@rhumbline/infra/lab";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hostAsker } from "../../../services/node-agent/src/kernel/native/host/ask-host.ts";
import type { ObservedHost } from "../../../services/node-agent/src/kernel/native/host/observed-host.ts";
import type { AskRoom } from "../../../services/node-agent/src/kernel/native/room.ts";
import { nativeRoomIn } from "../../support/native-room.ts";
import { requiresRoot } from "../../support/requires-root.ts";

/** What others might do, as a shell line each; the kernel may refuse it. */
const oneOf = (...names: string[]) => fc.constantFrom(...names);
const bridge = oneOf("brqa", "brqb", "br-other");
const port = oneOf("tapa", "tapb", "tapc", "vxlan-7", "vxlan-8", "vlanx", "eth9");
const device = fc.oneof(bridge, port);
const namespace = oneOf("qrouter-a", "qdhcp-b", "other");
const group = oneOf("118", "0", "119");
const onOff = oneOf("up", "down");
const bit = oneOf("0", "1");
const mac = oneOf("fa:16:3e:00:00:01", "fa:16:3e:00:00:02");
const line = (parts: TemplateStringsArray, ...values: fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
  fc.tuple(...values).map((chosen) => parts.map((part, at) => part + (chosen[at] ?? "")).join(""));

const change = fc.oneof(
  line`ip link add ${bridge} group ${group} type bridge`,
  line`ip link add ${port} group ${group} type veth peer name peer-a`,
  line`ip link add ${port} group ${group} type veth peer name ${oneOf("qr-a", "ns-b")} netns ${namespace}`,
  line`ip link add ${oneOf("vxlan-7", "vxlan-8")} group 118 type vxlan id ${oneOf("7", "8")} local 192.0.2.1 dstport 4789`,
  line`ip link add vlanx link ${oneOf("tapa", "br-other")} group 118 type vlan id ${oneOf("5", "6")}`,
  line`ip link delete ${device}`,
  line`ip link set ${device} name ${device}`,
  line`ip link set ${port} master ${bridge}`,
  line`ip link set ${port} nomaster`,
  line`ip link set ${device} ${onOff}`,
  line`ip link set ${device} alias ${oneOf("rhumbline-port-1", "web")}`,
  line`ip link set ${device} group ${group}`,
  line`ip link set ${device} mtu ${oneOf("1200", "1400", "1500")}`,
  line`ip link set ${device} address ${mac}`,
  line`ip link set ${device} addrgenmode ${oneOf("none", "eui64")}`,
  line`ip link set ${port} netns ${namespace}`,
  line`ip netns exec ${namespace} ip link set ${oneOf("qr-a", "ns-b", "tapa")} netns ${namespace}`,
  line`ip netns exec ${namespace} ip link set ${oneOf("tapa", "tapb")} netns 1`,
  line`ip netns exec ${namespace} ip link delete ${oneOf("qr-a", "ns-b")}`,
  line`ip netns add ${namespace}`,
  line`ip netns delete ${namespace}`,
  line`ip netns delete ${namespace}; ip netns add ${namespace}`,
  line`bridge link set dev ${port} learning ${oneOf("on", "off")} neigh_suppress ${oneOf("on", "off")}`,
  line`ip link set ${oneOf("brqa", "brqb")} type bridge nf_call_iptables ${bit} nf_call_ip6tables ${bit}`,
  line`bridge fdb append 00:00:00:00:00:00 dev ${oneOf("vxlan-7", "vxlan-8")} dst 192.0.2.${oneOf("2", "3")} self permanent`,
  line`bridge fdb replace ${mac} dev vxlan-7 dst 192.0.2.${oneOf("2", "3")} self permanent`,
  line`bridge fdb delete ${oneOf("00:00:00:00:00:00", "fa:16:3e:00:00:01")} dev vxlan-7 dst 192.0.2.2 self`,
  line`bridge fdb replace ${mac} dev ${port} master static`,
  line`bridge fdb delete ${mac} dev ${port} master`,
  line`ip neigh replace ${oneOf("10.0.0.7", "2001:db8::7")} lladdr ${mac} dev ${bridge} nud permanent`,
  line`ip neigh delete ${oneOf("10.0.0.7", "2001:db8::7")} dev ${bridge}`,
  line`sysctl -qw net.ipv6.conf.${oneOf("tapa", "tapb", "brqa", "all", "default")}.disable_ipv6=${bit}`,
  line`sysctl -qw net.ipv6.conf.${oneOf("brqa", "brqb", "default")}.accept_ra=${bit}`,
  line`sysctl -qw net.bridge.bridge-nf-call-iptables=${bit}`,
);

const inPlainMaps = ({ links, sysctls, forwarding, neighbours, ownNamespaces }: ObservedHost): ObservedHost => ({
  links: new Map(links),
  sysctls: new Map(sysctls),
  forwarding: new Map(forwarding),
  neighbours: new Map(neighbours),
  ownNamespaces,
});

describe("what is known of the host by what was heard", requiresRoot, () => {
  let lab: Lab;
  let node: LabHost;
  let askRoom: AskRoom;
  let look: (anew: boolean) => Promise<ObservedHost>;
  const run = (command: string) => node.run(["sh", "-c", command]);

  /** What is known and what is there while nothing changes: the kernel takes a namespace's devices away after the command that
   *  deleted it has ended. */
  async function atRest(): Promise<{ heard: ObservedHost; there: ObservedHost }> {
    for (let before = await askRoom({ ask: "whole host" }); ; ) {
      const heard = await look(false);
      const there = await askRoom({ ask: "whole host" });
      if (isDeepStrictEqual(there, before)) return { heard, there };
      before = there;
    }
  }

  beforeAll(async () => {
    lab = await startLab({ name: `known-host-${randomUUID().slice(0, 8)}`, hosts: nodeHosts("node1") });
    node = lab.host("node1");
    askRoom = await nativeRoomIn(node, { listens: true });
    look = hostAsker(askRoom);
    await look(true);
  });
  afterAll(() => lab.down());

  test("is what is there, after each of many changes", async () => {
    const everyChange = fc.asyncProperty(fc.array(change, { minLength: 20, maxLength: 20 }), async (changes) => {
      const done: string[] = [];
      for (const each of changes) {
        const { code } = await run(each);
        if (code === 0) done.push(each);
        const { heard, there } = await atRest();
        expect(inPlainMaps(heard), done.join("\n")).toEqual(there);
      }
    });
    await fc.assert(everyChange, { numRuns: 15, endOnFailure: true });
  });

  test("stays the very same value where nothing changed", async () => {
    await run("ip link add brqs group 118 type bridge; ip link add tapt group 118 type veth peer name tapu");
    const before = await look(false);
    expect(before.links.has("tapt")).toBe(true);
    expect(inPlainMaps(await look(false))).toEqual(inPlainMaps(before));
    const again = await look(true);
    for (const part of ["links", "sysctls", "forwarding", "neighbours", "ownNamespaces"] as const)
      expect(again[part]).toBe(before[part]);
    await run("ip link set tapt mtu 1400");
    const after = await look(false);
    expect(after.links.get("tapt")?.mtu).toBe(1400);
    expect(after.links.get("brqs")).toBe(before.links.get("brqs"));
    expect(after.sysctls).toBe(before.sysctls);
  });

  test("is told as a whole to who was not told before, and others are not disturbed", async () => {
    const other = hostAsker(askRoom);
    const before = await look(false);
    expect(inPlainMaps(await other(false))).toEqual(inPlainMaps(before));
    expect(inPlainMaps(await look(false))).toEqual(inPlainMaps(before));
  });
});
