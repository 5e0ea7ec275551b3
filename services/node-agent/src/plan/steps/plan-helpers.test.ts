import { beforeEach, expect, test } from "vitest";
import { applyPlan } from "../../apply/apply-plan.ts";
import { compileDesired } from "../../desired/compile-desired.ts";
import {
  desiredState,
  dhcpServer,
  dhcpSubnet,
  dhcpSubnetV6,
  instancePort,
  sampleHost,
  tenantNetwork,
} from "../../kernel/contract/sample-state.ts";
import { type FakeKernel, fakeKernel } from "../../kernel/fake/fake-kernel.ts";
import { withoutLinks } from "../../observed/edit-kernel.ts";
import { plan } from "../plan.ts";
import { printOperation } from "../print-operation.ts";

const ipAddresses = ["10.0.1.11", "2001:db8:0:1::11"];
const servedBy = (mode: string) =>
  desiredState(
    tenantNetwork(1),
    dhcpServer(1, { subnets: [dhcpSubnet(1), dhcpSubnetV6(1, mode)] }),
    instancePort(11, 1, { device: "tap7", ipAddresses }),
  );

let kernel: FakeKernel;
beforeEach(() => {
  kernel = fakeKernel();
});

const plug = (): void => kernel.addLink({ name: "tap7", kind: "tun", up: false });
const unplug = (): void => kernel.change((before) => withoutLinks(before, "", ["tap7"]));

/** What a pass does about leases, and how a device joins its bridge. */
async function pass(mode: string): Promise<string[]> {
  const observed = await kernel.observe();
  const operations = plan(compileDesired(servedBy(mode), sampleHost), observed);
  const { failures } = await applyPlan(kernel, operations, observed);
  expect(failures).toEqual([]);
  return operations.map(printOperation).filter((text) => /forget|master/.test(text) && /dnsmasq|tap7/.test(text));
}

test("to whom DHCPv6 gave a port's address is forgotten each time its device is plugged, before it joins the network", async () => {
  expect(await pass("dhcpv6-stateful")).toEqual([]);
  plug();
  const [first, second] = await pass("dhcpv6-stateful");
  expect(first).toContain("forget whom");
  expect(second).toContain("tap7");
  expect(await pass("dhcpv6-stateful")).toEqual([]);
  unplug();
  expect(await pass("dhcpv6-stateful")).toEqual([]);
  plug();
  expect((await pass("dhcpv6-stateful"))[0]).toBe(first);
});

test("nobody has to be forgotten where instances make their IPv6 addresses themselves", async () => {
  plug();
  expect((await pass("slaac")).some((text) => text.includes("forget"))).toBe(false);
});
