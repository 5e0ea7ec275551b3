import { expect, test } from "vitest";
import { applyPlan } from "../../apply/apply-plan.ts";
import { desiredState, externalNetwork, externalPort, gone, sampleId } from "../../kernel/contract/sample-state.ts";
import { planFor, planText, standing } from "../../kernel/fake/plan-on-fake.ts";
import { editLink } from "../../observed/edit-kernel.ts";
import { printOperation } from "../print-operation.ts";

const state = desiredState(externalNetwork(), externalPort(11));
const networkKey = `network.${sampleId("e", 0)}` as const;
const [ours, theirs, bridge] = ["flate0000000-00", "phy-e0000000-00", "brqe0000000-00"] as const;
const added = `add patch ${ours} to ${theirs}, mac fe:e0:00:00:00:00 mtu 1500`;

test("a flat network's bridge is joined to the operator's, silently, before a port is on it", async () => {
  const kernel = await standing(desiredState(externalNetwork()));
  kernel.addLink({ name: "tapc0000011-00", kind: "tun", index: 50 });
  expect((await planText(kernel, state)).slice(-7)).toEqual([
    added,
    `write net.ipv6.conf.${ours}.disable_ipv6 = 1`,
    `write net.ipv6.conf.${theirs}.disable_ipv6 = 1`,
    `set link ${theirs} master br-ex up`,
    `set link ${ours} master ${bridge} up`,
    "write net.ipv6.conf.tapc0000011-00.disable_ipv6 = 1",
    `set link tapc0000011-00 bound to port.${sampleId("c", 11)} master ${bridge}`,
  ]);
});

test("a port that an earlier agent bound on the operator's bridge moves over", async () => {
  const kernel = await standing(state);
  const boundTo = `port.${sampleId("c", 11)}` as const;
  kernel.addLink({ name: "tapc0000011-00", kind: "tun", index: 50, boundTo, master: "br-ex", up: true });
  expect(await planText(kernel, state)).toContain(`set link tapc0000011-00 master ${bridge}`);
});

test("neither end has a smaller MTU than the operator's bridge", async () => {
  const kernel = await standing(state);
  kernel.change((before) => editLink(before, "", "br-ex", (link) => ({ ...link, mtu: 9000 })));
  expect(await planText(kernel, state)).toEqual([`set link ${theirs} mtu 9000`, `set link ${ours} mtu 9000`]);
});

test("what somebody did to either end is put right", async () => {
  const kernel = await standing(state);
  const drift = { mac: "02:00:00:00:00:01", master: "br-other", up: false };
  for (const name of [ours, theirs])
    kernel.change((before) => editLink(before, "", name, (link) => ({ ...link, ...drift })));
  expect(await planText(kernel, state)).toEqual([
    `set link ${theirs} mac fe:e0:00:00:00:00 master br-ex up`,
    `set link ${ours} master ${bridge} up`,
  ]);
});

test("ends of two different pairs are made anew", async () => {
  const kernel = await standing(state);
  kernel.change((before) => editLink(before, "", ours, (link) => ({ ...link, peer: "phy-elsewhere" })));
  expect((await planText(kernel, state)).slice(0, 3)).toEqual([`delete link ${ours}`, `delete link ${theirs}`, added]);
});

test("somebody else's device of that name stays, and the network has the kernel's words", async () => {
  const kernel = await standing(desiredState(externalNetwork()));
  kernel.addLink({ name: ours, kind: "dummy" });
  const observed = await kernel.observe();
  const { failures } = await applyPlan(kernel, await planFor(kernel, state), observed);
  expect(failures[0]).toMatchObject({ operation: { resource: networkKey }, error: "RTNETLINK answers: File exists" });
  expect((await kernel.observe()).links.get(ours)).toMatchObject({ kind: "dummy", master: undefined });
});

test("the pair goes with its network, under that one's key, both ends at once", async () => {
  const kernel = await standing(state);
  const planned = await planFor(kernel, desiredState(gone(networkKey), gone(`port.${sampleId("c", 11)}`)));
  const links = planned.filter(({ kind }) => kind === "delete-link");
  expect(links.map((operation) => `${operation.resource}: ${printOperation(operation)}`)).toEqual([
    `${networkKey}: delete link ${ours}`,
    `${networkKey}: delete link ${bridge}`,
  ]);
});

test("it goes with the last instance, though a router may still be on the network", async () => {
  const planned = await planText(await standing(state), desiredState(externalNetwork()));
  expect(planned).toEqual([`delete link ${ours}`, `delete link ${bridge}`]);
});

test("a network that can't be realised any more keeps it as long as it stands", async () => {
  const lost = externalNetwork({ physicalNetwork: "physnet9" });
  expect(await planText(await standing(state), desiredState(lost, externalPort(11)))).toEqual([]);
});
