import { expect, test } from "vitest";
import { desiredState, externalNetwork, gone, sampleId, vlanNetwork } from "../../kernel/contract/sample-state.ts";
import { planFor, planText, standing } from "../../kernel/fake/plan-on-fake.ts";
import { editLink } from "../../observed/edit-kernel.ts";
import { printOperation } from "../print-operation.ts";

const state = desiredState(externalNetwork(), vlanNetwork(1, 101));
const networkKey = `network.${sampleId("b", 1)}` as const;

test("a VLAN network is a device on its physical network's bridge, silent before it is up", async () => {
  expect(await planText(await standing(desiredState(externalNetwork())), state)).toEqual([
    "add bridge brqb0000001-00",
    "write net.ipv6.conf.brqb0000001-00.addr_gen_mode = 1",
    "write net.ipv6.conf.brqb0000001-00.accept_ra = 0",
    "write net.ipv6.conf.brqb0000001-00.disable_ipv6 = 1",
    "set link brqb0000001-00 up",
    "write net.bridge.bridge-nf-call-arptables = 0",
    "write net.bridge.bridge-nf-call-ip6tables = 0",
    "write net.bridge.bridge-nf-call-iptables = 0",
    "add vlan vlanb0000001-00 on br-ex, id 101 mtu 1500",
    "write net.ipv6.conf.vlanb0000001-00.disable_ipv6 = 1",
    "set link vlanb0000001-00 master brqb0000001-00 up",
  ]);
});

test("a network that goes lets go of its VLAN id before another one has it", async () => {
  const next = desiredState(externalNetwork(), vlanNetwork(2, 101), gone(networkKey));
  expect(aboutDevices(await planText(await standing(state), next))).toEqual([
    "add bridge brqb0000002-00",
    "delete link vlanb0000001-00",
    "add vlan vlanb0000002-00 on br-ex, id 101 mtu 1500",
    "delete link brqb0000001-00",
  ]);
});

test("a network that can't be realised any more keeps its VLAN id as long as it stands", async () => {
  const lost = vlanNetwork(1, 101, { physicalNetwork: "physnet9" });
  const text = await planText(await standing(state), desiredState(externalNetwork(), lost, vlanNetwork(2, 101)));
  expect(aboutDevices(text)).toEqual([
    "add bridge brqb0000002-00",
    "add vlan vlanb0000002-00 on br-ex, id 101 mtu 1500",
  ]);
});

test.each([
  ["with another tag", { id: 102, parent: "br-ex", protocol: "802.1Q" }],
  ["with tags of another protocol", { id: 101, parent: "br-ex", protocol: "802.1ad" }],
  ["on another device", { id: 101, parent: "eth7", protocol: "802.1Q" }],
])("a device of ours that somebody made %s is made anew", async (_, vlan) => {
  const kernel = await standing(state);
  kernel.change((before) => editLink(before, "", "vlanb0000001-00", (link) => ({ ...link, vlan })));
  expect(await planText(kernel, state)).toEqual([
    "delete link vlanb0000001-00",
    "add vlan vlanb0000001-00 on br-ex, id 101 mtu 1500",
    "write net.ipv6.conf.vlanb0000001-00.disable_ipv6 = 1",
    "set link vlanb0000001-00 master brqb0000001-00 up",
  ]);
});

test("a device that went down with its carrier is put up again", async () => {
  const kernel = await standing(state);
  kernel.change((before) => editLink(before, "", "vlanb0000001-00", (link) => ({ ...link, up: false })));
  expect(await planText(kernel, state)).toEqual(["set link vlanb0000001-00 up"]);
});

test("a VLAN device of the operator's is left alone, though it be called like ours", async () => {
  const kernel = await standing(state);
  const vlan = { id: 7, parent: "br-ex", protocol: "802.1Q" };
  for (const name of ["br-ex.7", "vlan7"]) kernel.addLink({ name, kind: "vlan", vlan });
  expect(await planText(kernel, state)).toEqual([]);
});

test("the device goes with its network, under that one's key", async () => {
  const kernel = await standing(state);
  const planned = await planFor(kernel, desiredState(externalNetwork(), gone(networkKey)));
  const links = planned.filter(({ kind }) => kind === "delete-link");
  expect(links.map((operation) => `${operation.resource}: ${printOperation(operation)}`)).toEqual([
    `${networkKey}: delete link vlanb0000001-00`,
    `${networkKey}: delete link brqb0000001-00`,
  ]);
});

const aboutDevices = (lines: readonly string[]): string[] => lines.filter((line) => /^(add|delete link)/.test(line));
