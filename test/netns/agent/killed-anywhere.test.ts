import type { DesiredResource } from "@rhumbline/proto/rhumbline/agent/v1/desired";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { applyPlan } from "../../../services/node-agent/src/apply/apply-plan.ts";
import { compileDesired } from "../../../services/node-agent/src/desired/compile-desired.ts";
import type { ResourceKey } from "../../../services/node-agent/src/desired/resource-key.ts";
import {
  type DesiredState,
  desiredState,
  externalNetwork,
  floatingIp,
  gatewayPort,
  interfacePort,
  router,
  sampleHost,
  sampleId,
  tenantNetwork,
} from "../../../services/node-agent/src/kernel/contract/sample-state.ts";
import type { Operation } from "../../../services/node-agent/src/plan/operation.ts";
import { plan } from "../../../services/node-agent/src/plan/plan.ts";
import { type KernelLab, startKernelLab } from "../../support/kernel-lab.ts";
import { requiresRoot } from "../../support/requires-root.ts";

/** Each of them is killed at another point of the same plan: several in one go cost little more than one. */
const routers = Array.from({ length: 9 }, (_, index) => index + 1);

/** Of router `number`. */
type Shape = (number: number) => (readonly [ResourceKey, DesiredResource])[];

const leg = (number: number, network: number) =>
  interfacePort(number, network, { macAddress: `fa:16:3e:0${network}:03:${String(number).padStart(2, "0")}` });
const made = (number: number, settings = {}, networks = [1]) =>
  router(number, [], { interfaces: networks.map((network) => leg(number, network)), ...settings });
const routes = [{ destination: "192.168.7.0/24", nextHop: "10.0.1.7" }];

/** In the order they are walked through. */
const shapes: Record<string, Shape> = {
  "a router is created": (number) => [made(number)],
  "a floating IP is added": (number) => [made(number), floatingIp(number, number, "10.0.1.11")],
  "a floating IP is moved": (number) => [made(number), floatingIp(number, number, "10.0.1.12")],
  "SNAT is turned off": (number) => [made(number, { enableSnat: false }), floatingIp(number, number, "10.0.1.12")],
  "a floating IP is removed": (number) => [made(number)],
  "an interface and a route are added": (number) => [made(number, { routes }, [1, 2])],
  "the gateway gets another address": (number) => [
    made(number, { routes, gateway: gatewayPort(number, { addresses: [`203.0.113.${number + 1}/24`] }) }, [1, 2]),
  ],
  "an interface and a route are removed": (number) => [made(number)],
  "the gateway is removed": (number) => [made(number, { gateway: undefined, gatewayNextHops: [] })],
  "a router is deleted": () => [],
};

const networks = [externalNetwork(), tenantNetwork(1), tenantNetwork(2)];

describe("an agent killed between any two operations of a plan", requiresRoot, () => {
  let kernelLab: KernelLab;

  beforeAll(async () => {
    kernelLab = await startKernelLab();
    await kernelLab.realise(desiredState(...networks));
  });
  afterAll(() => kernelLab.lab.down());

  let before = desiredState(...networks);
  for (const [what, shape] of Object.entries(shapes)) {
    test(`${what}: the next plan ends where an undisturbed one would, connections included`, async () => {
      const after = desiredState(...networks, ...routers.flatMap(shape));
      for (let operations = 0, first = 0; first <= operations; first += routers.length) {
        expect((await kernelLab.realise(before)).failures).toEqual([]);
        const connected = await connectEverywhere(before);
        operations = await dieFrom(first, after);
        expect((await kernelLab.realise(after)).failures).toEqual([]);
        expect(await kernelLab.planFor(after), `killed after ${first} operations and more`).toEqual([]);
        const standing = connected.filter((number) => after.has(keyOf(number)));
        expect(await foreignConnections(standing)).toBe(standing.length);
      }
      before = after;
    });
  }

  /** Applies the first operations of each router's part of the plan, of each one more than of the one before; what is of
   *  no router, whole.
   *  @returns how many operations the longest part has. */
  async function dieFrom(first: number, state: DesiredState): Promise<number> {
    const observed = await kernelLab.kernel.observe();
    const operations = plan(compileDesired(state, sampleHost), observed);
    const parts = routers.map((number) => operations.filter(isOf(number)));
    const undone = new Set(parts.flatMap((part, index) => part.slice(first + index)));
    const done = operations.filter((operation) => !undone.has(operation));
    expect((await applyPlan(kernelLab.kernel, done, observed)).failures).toEqual([]);
    return Math.max(...parts.map(({ length }) => length));
  }

  /** By hand in every router: one connection through its floating IP as it is, and one that no rule translates.
   *  @returns the routers that stood. */
  async function connectEverywhere(state: DesiredState): Promise<number[]> {
    const standing = routers.filter((number) => state.has(keyOf(number)));
    const add = (number: number, addresses: string) =>
      `ip netns exec ${namespaceOf(number)} conntrack -I -p udp --sport 9 --dport 9 --timeout 600 ${addresses} || true`;
    const commands = standing.flatMap((number) => {
      const value = state.get(`floatingip.${sampleId("e", number)}`)?.resource;
      const direct = add(number, "-s 10.0.1.12 -d 10.0.1.1");
      if (value?.$case !== "floatingIp") return [direct];
      const { floatingIpAddress, fixedIpAddress } = value.value;
      const outside = "198.18.200.1";
      const through = `-s ${outside} -d ${floatingIpAddress} --reply-src ${fixedIpAddress} --reply-dst ${outside}`;
      return [direct, add(number, through)];
    });
    await kernelLab.node.output(["sh", "-c", commands.join("\n")]);
    return standing;
  }

  /** How many of these routers still have the connection that is none of ours. */
  async function foreignConnections(standing: readonly number[]): Promise<number> {
    const commands = standing.map((number) => `ip netns exec ${namespaceOf(number)} conntrack -L`);
    const listed = await kernelLab.node.output(["sh", "-c", commands.join("\n")]);
    return listed.split("src=10.0.1.12 dst=10.0.1.1 ").length - 1;
  }
});

function namespaceOf(number: number): string {
  return `qrouter-${sampleId("a", number)}`;
}

function keyOf(number: number): ResourceKey {
  return `router.${sampleId("a", number)}`;
}

function isOf(number: number): (operation: Operation) => boolean {
  const keys = [keyOf(number), `floatingip.${sampleId("e", number)}`];
  return ({ netns, resource }) => netns === namespaceOf(number) || keys.includes(resource);
}
