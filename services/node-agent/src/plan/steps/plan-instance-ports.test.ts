import { beforeEach, describe, expect, test } from "vitest";
import { applyPlan } from "../../apply/apply-plan.ts";
import { compileDesired } from "../../desired/compile-desired.ts";
import {
  type DesiredState,
  desiredState,
  gone,
  instancePort,
  remotePort,
  router,
  sampleHost,
  sampleId,
  tenantNetwork,
} from "../../kernel/contract/sample-state.ts";
import { type FakeKernel, fakeKernel } from "../../kernel/fake/fake-kernel.ts";
import { withLink, withoutLinks } from "../../observed/edit-kernel.ts";
import { plan } from "../plan.ts";
import { printOperation } from "../print-operation.ts";
import { resourceStates } from "../resource-states.ts";

const bridge = "brqb0000001-00";
const key = (number: number) => `port.${sampleId("c", number)}` as const;
const mark = `bound to ${key(11)}`;
const networks = [tenantNetwork(1), tenantNetwork(2)] as const;
const port = (device: string, settings = {}) => instancePort(11, 1, { device, ...settings });

let kernel: FakeKernel;
beforeEach(() => {
  kernel = fakeKernel();
});

/** What a pass does, and how the ports stand after it. */
async function pass(state: DesiredState): Promise<{ done: string[]; ports: (string | undefined)[] }> {
  const observed = await kernel.observe();
  const desired = compileDesired(state, sampleHost);
  const operations = plan(desired, observed);
  const { failures } = await applyPlan(kernel, operations, observed);
  const ports = new Map([key(11), key(12)].map((each) => [each, "a port"]));
  const states = resourceStates(ports, desired, await kernel.observe(), failures);
  const told = [...ports.keys()].map((each) => {
    const standing = states.get(each);
    if (standing?.kind === "waiting") return standing.reason;
    return standing?.kind === "failed" ? standing.error : standing?.kind;
  });
  return { done: operations.map(printOperation).filter((text) => /[ .](tap|eth|br)\d/.test(text)), ports: told };
}

const rename = (from: string, to: string): void =>
  kernel.change((before) => {
    const link = before.links.get(from);
    const without = withoutLinks(before, "", [from]);
    return link === undefined ? without : withLink(without, "", { ...link, name: to });
  });

describe("a device of an instance", () => {
  test("is waited for, and bound when it appears", async () => {
    const state = desiredState(...networks, port("tap7"));
    expect((await pass(state)).ports[0]).toBe("waiting for device tap7");
    kernel.addLink({ name: "tap7", kind: "tun", up: false });
    expect((await pass(state)).done).toEqual([
      "write net.ipv6.conf.tap7.disable_ipv6 = 1",
      `set link tap7 ${mark} master ${bridge} up`,
    ]);
    expect(await pass(state)).toEqual({ done: [], ports: ["realised", "realised"] });
  });

  test("that vanishes is waited for again, and one that is made anew is bound anew", async () => {
    const state = desiredState(...networks, port("tap7"));
    kernel.addLink({ name: "tap7" });
    await pass(state);
    kernel.change((before) => withoutLinks(before, "", ["tap7"]));
    expect((await pass(state)).ports[0]).toBe("waiting for device tap7");
    kernel.addLink({ name: "tap7" });
    expect((await pass(state)).done).toContain(`set link tap7 ${mark} master ${bridge}`);
  });

  test("that is given another name leaves the network, and is back under its own", async () => {
    const state = desiredState(...networks, port("tap7"));
    kernel.addLink({ name: "tap7" });
    await pass(state);
    rename("tap7", "tap8");
    expect(await pass(state)).toMatchObject({
      done: ["set link tap8 unbound nomaster"],
      ports: ["waiting for device tap7", "realised"],
    });
    rename("tap8", "tap7");
    expect((await pass(state)).ports[0]).toBe("realised");
  });

  test("is let go when its port is bound to another one, or is gone", async () => {
    for (const name of ["tap7", "tap8"]) kernel.addLink({ name });
    await pass(desiredState(...networks, port("tap7")));
    expect((await pass(desiredState(...networks, port("tap8")))).done).toEqual([
      "write net.ipv6.conf.tap8.disable_ipv6 = 1",
      `set link tap8 ${mark} master ${bridge}`,
      "set link tap7 unbound nomaster",
    ]);
    expect((await pass(desiredState(...networks, gone(key(11))))).done).toEqual(["set link tap8 unbound nomaster"]);
  });

  test("goes from one port to another, of another network, in one step", async () => {
    kernel.addLink({ name: "tap7" });
    await pass(desiredState(...networks, port("tap7")));
    const reused = instancePort(12, 2, { device: "tap7" });
    expect((await pass(desiredState(...networks, gone(key(11)), reused))).done).toEqual([
      `set link tap7 bound to ${key(12)} master brqb0000002-00`,
    ]);
  });

  test("goes down with its port, and up again", async () => {
    kernel.addLink({ name: "tap7" });
    await pass(desiredState(...networks, port("tap7")));
    const down = desiredState(...networks, port("tap7", { adminStateUp: false }));
    expect(await pass(down)).toMatchObject({ done: ["set link tap7 down"], ports: ["realised", "realised"] });
    expect((await pass(desiredState(...networks, port("tap7")))).done).toEqual(["set link tap7 up"]);
  });
});

describe("a port that moves", () => {
  const elsewhere = remotePort(11, 1);
  const overlay = tenantNetwork(1, { tunnelPeers: ["198.18.0.12"] });
  const mac = "fa:16:3e:00:01:11";

  test("is ready and on no network while another node serves it, and arrives without a moment of flooding", async () => {
    kernel.addLink({ name: "tap7" });
    const standby = await pass(desiredState(overlay, elsewhere, port("tap7", { standby: true })));
    expect(standby).toEqual({
      done: ["write net.ipv6.conf.tap7.disable_ipv6 = 1", `set link tap7 ${mark}`],
      ports: ["realised", "realised"],
    });
    const arrival = plan(compileDesired(desiredState(overlay, port("tap7")), sampleHost), await kernel.observe());
    expect(arrival.map(printOperation)).toEqual([
      `set link tap7 master ${bridge}`,
      `deliver ${mac} to tap7 instead of vxlan-1001`,
      `stop forwarding ${mac} from vxlan-1001`,
    ]);
  });

  test("whose hypervisor put its device on the bridge too early is taken off it until it arrives", async () => {
    await pass(desiredState(overlay, elsewhere));
    kernel.addLink({ name: "tap7", master: bridge });
    const standby = await pass(desiredState(overlay, elsewhere, port("tap7", { standby: true })));
    expect(standby.done).toContain(`set link tap7 ${mark} nomaster`);
  });

  test("leaves its node with its frames sent on before its device is off the bridge", async () => {
    kernel.addLink({ name: "tap7" });
    await pass(desiredState(overlay, port("tap7")));
    const leaving = plan(
      compileDesired(desiredState(overlay, gone(key(11)), elsewhere), sampleHost),
      await kernel.observe(),
    );
    expect(leaving.map(printOperation).filter((text) => !text.startsWith("change filter"))).toEqual([
      `forward ${mac} from vxlan-1001 to 198.18.0.12`,
      "set link tap7 unbound nomaster",
    ]);
  });
});

describe("a device that can't be an instance's stays as it is", () => {
  test.each([
    [{ name: "tap7", master: "virbr0" }, "device tap7 is in virbr0, which isn't Rhumbline's"],
    [{ name: "eth7", kind: "" }, "device eth7 is a physical one: an instance's is a tap or a veth"],
    [{ name: "br7", kind: "bridge" }, "device br7 is of kind bridge: an instance's is a tap or a veth"],
  ])("%j", async (link, reason) => {
    kernel.addLink({ name: "virbr0", kind: "bridge" });
    kernel.addLink(link);
    const { done, ports } = await pass(desiredState(...networks, port(link.name)));
    expect(done).toEqual([]);
    expect(ports[0]).toContain(reason);
  });

  test("one that Rhumbline made itself", async () => {
    await pass(desiredState(...networks, router(1, [1])));
    const { ports } = await pass(desiredState(...networks, router(1, [1]), port(bridge)));
    expect(ports[0]).toBe(`device ${bridge} is Rhumbline's own: give the instance's another name`);
  });

  test("but one that was plugged into another network of ours is put right", async () => {
    await pass(desiredState(...networks));
    kernel.addLink({ name: "tap7", master: "brqb0000002-00" });
    expect((await pass(desiredState(...networks, port("tap7")))).ports[0]).toBe("realised");
  });
});

test("of two ports that claim one device neither gets it, and what stands of it stays", async () => {
  kernel.addLink({ name: "tap7" });
  await pass(desiredState(...networks, port("tap7")));
  const { done, ports } = await pass(desiredState(...networks, port("tap7"), instancePort(12, 1, { device: "tap7" })));
  expect(done).toEqual([]);
  expect(ports).toEqual([
    `device tap7 is bound to ${key(12)} too: bind one of them to another`,
    `device tap7 is bound to ${key(11)} too: bind one of them to another`,
  ]);
});

test("a device name that can't be one is refused with what would be accepted", async () => {
  const { ports } = await pass(desiredState(...networks, port("tap 7; reboot")));
  expect(ports[0]).toContain("letters, digits, - and _ are accepted");
});
