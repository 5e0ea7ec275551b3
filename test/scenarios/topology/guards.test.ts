import type { FloatingIp } from "@rhumbline/proto/rhumbline/topology/v1/floating_ip";
import type { Network } from "@rhumbline/proto/rhumbline/topology/v1/network";
import { Port } from "@rhumbline/proto/rhumbline/topology/v1/port";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { settleDhcpPort } from "../../../services/topology/src/api/dhcp/dhcp-port.ts";
import { backgroundCall } from "../../../services/topology/src/api/sweep/background-call.ts";
import { type ControlPlane, reasonOf, startControlPlane } from "./control-plane.ts";
import { createGate, type Gate } from "./gate.ts";
import { firstPage, make, plainly, read } from "./make.ts";

let plane: ControlPlane;
/** Behind ipam's allocation: a command that waits here has its addresses, and nothing in topology's streams. */
let allocated: Gate;
/** Behind the closing of a scope: the network's deletion is decided, and not yet written. */
let closed: Gate;

beforeEach(async () => {
  allocated = createGate();
  closed = createGate();
  plane = await startControlPlane({
    intercept: (ipam) => ({
      ...ipam,
      async allocate(...args) {
        const answer = await ipam.allocate(...args);
        await allocated.pass();
        return answer;
      },
      async closeScope(...args) {
        await ipam.closeScope(...args);
        await closed.pass();
      },
    }),
  });
});
afterEach(() => plane.stop());

/** Starts `first`, starts `second` while the first is half done, then lets both go on. */
async function amid<A, B>(gate: Gate, first: () => Promise<A>, second: () => Promise<B>) {
  const halfDone = gate.shut();
  const one = first();
  one.catch(() => {});
  await halfDone;
  const other = second();
  other.catch(() => {});
  // The second is under way, as far as it gets without the first.
  await plane.networks.listNetworks(firstPage);
  gate.open();
  return { first: one, second: other };
}

const both = async (one: Promise<unknown>, other: Promise<unknown>): Promise<(string | undefined)[]> => {
  const outcomes = [one, other].map((call) => call.then(() => "done").catch(() => reasonOf(call)));
  return (await Promise.all(outcomes)).sort();
};

const allPorts = async () => (await plane.ports.listPorts(firstPage)).ports;
const deleteNetwork = (id: string) => plane.networks.deleteNetwork({ id, etag: "", ...plainly });
const removeInterface = (routerId: string, subnetId: string) =>
  plane.routers.removeRouterInterface({ routerId, subnetId, portId: "", ...plainly });
const gateway = (networkId: string) => ({ networkId, enableSnat: undefined, addresses: [], portId: "" });

describe("network-<id>", () => {
  test("a port asked for while its network is deleted is not made", async () => {
    const { id } = await make(plane).network();
    const { first, second } = await amid(
      closed,
      () => deleteNetwork(id),
      () => make(plane).port(id),
    );
    await first;
    expect(await reasonOf(second)).toBe("NOT_FOUND");
  });

  test("a network is not deleted while a port in it is made", async () => {
    const { id } = await make(plane).network();
    const { first, second } = await amid(
      allocated,
      () => make(plane).port(id),
      () => deleteNetwork(id),
    );
    await first;
    expect(await reasonOf(second)).toBe("NETWORK_IN_USE");
  });

  const inward = (network: Network) => () =>
    plane.networks.updateNetwork({
      network: { ...network, external: false },
      updateMask: ["external"],
      etag: "",
      ...plainly,
    });

  test("a network stays external while a router is made with a gateway on it", async () => {
    const network = await make(plane).externalNetwork();
    await make(plane).subnet(network.id, "203.0.113.0/24");
    const { first, second } = await amid(
      allocated,
      () => make(plane).router({ externalGateway: gateway(network.id) }),
      inward(network),
    );
    await first;
    expect(await reasonOf(second)).toBe("NETWORK_IN_USE");
  });

  test("a network stays external while a router is given a gateway on it", async () => {
    const network = await make(plane).externalNetwork();
    await make(plane).subnet(network.id, "203.0.113.0/24");
    const router = { ...(await make(plane).router()), externalGateway: gateway(network.id) };
    const { first, second } = await amid(
      allocated,
      () => plane.routers.updateRouter({ router, updateMask: ["external_gateway"], etag: "", ...plainly }),
      inward(network),
    );
    await first;
    expect(await reasonOf(second)).toBe("NETWORK_IN_USE");
  });

  test("a network stays external while a floating IP of it is made", async () => {
    const network = await make(plane).externalNetwork();
    await make(plane).subnet(network.id, "203.0.113.0/24");
    const { first, second } = await amid(allocated, () => make(plane).floatingIp(network.id), inward(network));
    await first;
    expect(await reasonOf(second)).toBe("NETWORK_IN_USE");
  });
});

describe("port-<id>", () => {
  test("two floating IPs for one fixed IP: one gets it", async () => {
    const { external, tenant } = await make(plane).routed();
    const { id: portId } = await make(plane).port(tenant.id);
    const { first, second } = await amid(
      allocated,
      () => make(plane).floatingIp(external.id, { portId }),
      () => make(plane).floatingIp(external.id, { portId }),
    );
    expect(await both(first, second)).toEqual(["FIXED_IP_HAS_FLOATING_IP", "done"]);
  });

  test("a port deleted while a floating IP is given to it leaves the floating IP without it", async () => {
    const { external, tenant } = await make(plane).routed();
    const { id: portId } = await make(plane).port(tenant.id);
    const { first, second } = await amid<FloatingIp, unknown>(
      allocated,
      () => make(plane).floatingIp(external.id, { portId }),
      () => plane.ports.deletePort({ id: portId, etag: "", ...plainly }),
    );
    const { id } = await first;
    await second;
    expect((await plane.floatingIps.getFloatingIp({ id, ...read })).floatingIp?.portId).toBe("");
  });

  test("a port whose fixed IP is changed gets a floating IP for the one it has then", async () => {
    const { external, tenant } = await make(plane).routed();
    const { id } = await make(plane).port(tenant.id);
    const floatingIp = await make(plane).floatingIp(external.id);
    const port = Port.fromPartial({ id, fixedIps: [{ subnetId: "", ipAddress: "10.0.0.77" }] } as Partial<Port>);
    const { first, second } = await amid(
      allocated,
      () => plane.ports.updatePort({ port, updateMask: ["fixed_ips"], etag: "", ...plainly }),
      () =>
        plane.floatingIps.updateFloatingIp({
          floatingIp: { ...floatingIp, portId: id },
          updateMask: ["port_id"],
          etag: "",
          ...plainly,
        }),
    );
    await first;
    expect((await second).floatingIp?.fixedIpAddress).toBe("10.0.0.77");
  });

  test("two routers want one port: one gets it", async () => {
    const network = await make(plane).network();
    await make(plane).subnet(network.id, "10.0.0.0/24");
    const { id: portId } = await make(plane).port(network.id);
    const [one, other] = [await make(plane).router(), await make(plane).router()];
    const add = ({ id: routerId }: { id: string }) =>
      plane.routers.addRouterInterface({ routerId, portId, subnetId: "", ...plainly });
    expect(await both(add(one), add(other))).toEqual(["PORT_OWNED_BY_DEVICE", "done"]);
  });
});

describe("router-<id>", () => {
  test("an interface stays while a floating IP is associated through it", async () => {
    const { external, tenant, subnet, router } = await make(plane).routed();
    const { id: portId } = await make(plane).port(tenant.id);
    const { first, second } = await amid(
      allocated,
      () => make(plane).floatingIp(external.id, { portId }),
      () => removeInterface(router.id, subnet.id),
    );
    await first;
    expect(await reasonOf(second)).toBe("ROUTER_REQUIRED_BY_FLOATING_IP");
  });

  test("a gateway stays while a floating IP is associated through it", async () => {
    const { external, tenant, router } = await make(plane).routed();
    const { id: portId } = await make(plane).port(tenant.id);
    const cleared = { ...router, externalGateway: undefined };
    const { first, second } = await amid(
      allocated,
      () => make(plane).floatingIp(external.id, { portId }),
      () => plane.routers.updateRouter({ router: cleared, updateMask: ["external_gateway"], etag: "", ...plainly }),
    );
    await first;
    expect(await reasonOf(second)).toBe("ROUTER_REQUIRED_BY_FLOATING_IP");
  });

  test("a router is not deleted while an interface is added", async () => {
    const { id } = await make(plane).router();
    const subnet = await make(plane).subnet((await make(plane).network()).id, "10.0.0.0/24");
    const { first, second } = await amid(
      allocated,
      () => make(plane).interface(id, subnet.id),
      () => plane.routers.deleteRouter({ id, etag: "", ...plainly }),
    );
    await first;
    expect(await reasonOf(second)).toBe("ROUTER_IN_USE");
  });

  test("two interfaces in one subnet: one is added, and one port stands", async () => {
    const { id } = await make(plane).router();
    const subnet = await make(plane).subnet((await make(plane).network()).id, "10.0.0.0/24");
    const add = () => make(plane).interface(id, subnet.id);
    const { first, second } = await amid(allocated, add, add);
    expect(await both(first, second)).toEqual(["ROUTER_INTERFACE_EXISTS", "done"]);
    expect(await allPorts()).toHaveLength(1);
  });

  test("two gateways set at once: one of them stays, with the only port", async () => {
    const { id, ...router } = await make(plane).router();
    const networks = [await make(plane).externalNetwork("physnet1"), await make(plane).externalNetwork("physnet2")];
    for (const [i, network] of networks.entries()) await make(plane).subnet(network.id, `198.18.${i}.0/24`);
    const [one, other] = networks.map((network) => () => {
      const wanted = { id, ...router, externalGateway: gateway(network.id) };
      return plane.routers.updateRouter({ router: wanted, updateMask: ["external_gateway"], etag: "", ...plainly });
    });
    if (one === undefined || other === undefined) throw new Error("two gateways are wanted");
    const { first, second } = await amid(allocated, one, other);
    expect(await both(first, second)).toEqual(["done", "done"]);
    const { router: after } = await plane.routers.getRouter({ id, ...read });
    expect((await allPorts()).map((port) => port.id)).toEqual([after?.externalGateway?.portId]);
  });
});

describe("a network's DHCP port", () => {
  const settle = (networkId: string) => settleDhcpPort(plane.topology, networkId, backgroundCall());
  const served = async () => {
    const { id } = await make(plane).network();
    const subnet = await make(plane).subnet(id, "10.0.0.0/24", { enableDhcp: true });
    await plane.topology.follower.catchUp();
    return { id, subnet };
  };

  test("that two writers' work makes at once is one, with one address in each subnet", async () => {
    const { id, subnet } = await served();
    const { first, second } = await amid(
      allocated,
      () => settle(id),
      () => settle(id),
    );
    await Promise.all([first, second]);
    const [server, ...others] = await allPorts();
    expect(others).toEqual([]);
    expect(server?.fixedIps.map(({ subnetId }) => subnetId)).toEqual([subnet.id]);
    const types: string[] = [];
    for await (const { type } of plane.store.readStream(`port-${server?.id}`)) types.push(type);
    expect(types).toEqual(["PortCreated"]);
  });

  test("that is being made when its network is deleted goes with the network", async () => {
    const { id, subnet } = await served();
    const halfDone = allocated.shut();
    const settled = settle(id);
    await halfDone;
    await plane.subnets.deleteSubnet({ id: subnet.id, etag: "", ...plainly });
    const deleted = deleteNetwork(id);
    // It goes as far as it gets while the port is not made: to its end, if nothing holds it up.
    const looks = async (): Promise<void> => {
      for (let look = 0; look < 20; look += 1) await plane.networks.listNetworks(firstPage);
    };
    await Promise.race([deleted, looks()]);
    allocated.open();
    await Promise.all([settled, deleted]);
    expect(await allPorts()).toEqual([]);
  });
});

describe("within one stream", () => {
  test("segmentRange-<range>: two networks want one VNI, one VLAN id or one physical network, and one gets it", async () => {
    const segment = { networkType: "NETWORK_TYPE_VXLAN", physicalNetwork: "", segmentationId: 9 } as const;
    const vxlan = () => make(plane).network({ segment });
    expect(await both(vxlan(), vxlan())).toEqual(["SEGMENT_IN_USE", "done"]);
    const tagged = { networkType: "NETWORK_TYPE_VLAN", physicalNetwork: "physnet1", segmentationId: 9 } as const;
    const vlan = () => make(plane).network({ segment: tagged });
    expect(await both(vlan(), vlan())).toEqual(["SEGMENT_IN_USE", "done"]);
    const flat = () => make(plane).externalNetwork("physnet1");
    expect(await both(flat(), flat())).toEqual(["SEGMENT_IN_USE", "done"]);
  });

  test("segmentRange-vxlan: many networks at once have a VNI each", async () => {
    const made = await Promise.all(Array.from({ length: 50 }, () => make(plane).network()));
    expect(new Set(made.map(({ segment }) => segment?.segmentationId)).size).toBe(50);
  });

  test("floatingIp-<id>: a floating IP moved twice at once ends at one of the ports, and each is told apart", async () => {
    const { external, tenant } = await make(plane).routed();
    const targets = [await make(plane).port(tenant.id), await make(plane).port(tenant.id)];
    const floatingIp = await make(plane).floatingIp(external.id);
    await Promise.all(
      targets.map(({ id: portId }) =>
        plane.floatingIps.updateFloatingIp({
          floatingIp: { ...floatingIp, portId },
          updateMask: ["port_id"],
          etag: "",
          ...plainly,
        }),
      ),
    );
    const types: string[] = [];
    for await (const { type } of plane.store.readStream(`floatingIp-${floatingIp.id}`)) types.push(type);
    expect(types).toEqual([
      "FloatingIpCreated",
      "FloatingIpAssociated",
      "FloatingIpDisassociated",
      "FloatingIpAssociated",
    ]);
  });
});
