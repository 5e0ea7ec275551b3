import { randomUUID } from "node:crypto";
import { Network } from "@rhumbline/proto/rhumbline/topology/v1/network";
import { Port } from "@rhumbline/proto/rhumbline/topology/v1/port";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createSweep } from "../../../services/topology/src/api/sweep/sweep.ts";
import { type ControlPlane, reasonOf, startControlPlane } from "./control-plane.ts";
import { createGate, type Gate } from "./gate.ts";
import { firstPage, make, plainly, read } from "./make.ts";

let plane: ControlPlane;
let networkId: string;
let subnetId: string;
let allocated: Gate;
/** Set: what ipam does next is done, and its caller dies before it hears of it. */
let dies: "allocate" | "release" | "closeScope" | "openScope" | undefined;

beforeEach(async () => {
  dies = undefined;
  allocated = createGate();
  const orDie = (step: typeof dies): void => {
    if (dies === step) throw new Error(`died after ${step}`);
  };
  plane = await startControlPlane({
    intercept: (ipam) => ({
      ...ipam,
      async allocate(...args) {
        const answer = await ipam.allocate(...args);
        orDie("allocate");
        await allocated.pass();
        return answer;
      },
      async release(...args) {
        orDie("release");
        await ipam.release(...args);
      },
      async openScope(...args) {
        await ipam.openScope(...args);
        orDie("openScope");
      },
      async closeScope(...args) {
        await ipam.closeScope(...args);
        orDie("closeScope");
      },
    }),
  });
  networkId = (await make(plane).network()).id;
  subnetId = (await make(plane).subnet(networkId, "10.0.0.0/24")).id;
});
afterEach(() => plane.stop());

const sweep = (graceMs = 0) => createSweep(plane.topology, { graceMs })();
const held = async () => {
  const request = { minAgeMs: 0, pageSize: 0, pageToken: "", minPosition: 0 };
  return (await plane.allocations.listAllocations(request)).allocations.map(({ ownerId }) => ownerId);
};
const portIds = async () => (await plane.ports.listPorts(firstPage)).ports.map(({ id }) => id);
const createPort = (requestId = "") =>
  plane.ports.createPort({ port: Port.fromPartial({ networkId }), ...plainly, requestId });

describe("the addresses of a port that never came to be", () => {
  test("are taken back when they are old enough", async () => {
    dies = "allocate";
    await expect(createPort()).rejects.toThrow();
    expect(await held()).toHaveLength(1);
    await sweep(600_000);
    expect(await held()).toHaveLength(1);
    await sweep();
    expect(await held()).toEqual([]);
  });

  test("are taken up again by the request's repetition", async () => {
    const requestId = randomUUID();
    dies = "allocate";
    await expect(createPort(requestId)).rejects.toThrow();
    const [ownerId] = await held();
    dies = undefined;
    const { port } = await createPort(requestId);
    expect(port?.id).toBe(ownerId);
    await sweep();
    expect(await held()).toEqual([ownerId]);
  });

  test("are left to a port that is being made right now", async () => {
    const halfDone = allocated.shut();
    const creating = createPort();
    await halfDone;
    const sweeping = sweep();
    await plane.networks.listNetworks(firstPage);
    allocated.open();
    const { port } = await creating;
    await sweeping;
    expect(await held()).toEqual([port?.id]);
  });
});

test("the addresses of a deleted port are taken back where ipam was away", async () => {
  const { port } = await createPort();
  dies = "release";
  await plane.ports.deletePort({ id: port?.id ?? "", etag: "", ...plainly });
  expect(await held()).toEqual([port?.id]);
  dies = undefined;
  await sweep();
  expect(await held()).toEqual([]);
});

test("addresses that an update of a port took and never wrote down are taken back", async () => {
  const { port } = await createPort();
  const id = port?.id ?? "";
  dies = "allocate";
  const fixedIps = [{ subnetId, ipAddress: "10.0.0.50" }];
  const wanted: Partial<Port> = { id, fixedIps };
  const updating = { port: Port.fromPartial(wanted), updateMask: ["fixed_ips"], etag: "", ...plainly };
  await expect(plane.ports.updatePort(updating)).rejects.toThrow();
  expect(await reasonOf(make(plane).port(networkId, { fixedIps }))).toBe("IP_ADDRESS_IN_USE");
  dies = undefined;
  await sweep();
  await make(plane).port(networkId, { fixedIps });
  expect((await plane.ports.getPort({ id, ...read })).port?.fixedIps).toEqual(port?.fixedIps);
});

describe("a port made for something that never came to be", () => {
  const leaveBehind = async (deviceOwner: string, deviceId: string): Promise<string> => {
    const id = randomUUID();
    const wish = {
      scopeId: networkId,
      ownerId: id,
      macAddress: "",
      addresses: [],
      yieldsToSubnetDeletion: false,
      macOnly: false,
      ...plainly,
    };
    await plane.allocations.allocate(wish);
    const port = Port.toJSON(Port.fromPartial({ id, networkId, deviceOwner, deviceId }));
    await plane.record(`port-${id}`, "PortCreated", { port }, "topology");
    return id;
  };

  test.each(["network:router_interface", "network:router_gateway", "network:floatingip"])(
    "is taken away with its addresses: %s",
    async (deviceOwner) => {
      const { id: routerId } = await make(plane).router();
      await leaveBehind(deviceOwner, deviceOwner === "network:router_interface" ? routerId : randomUUID());
      await sweep();
      expect(await portIds()).toEqual([]);
      expect(await held()).toEqual([]);
    },
  );

  test("stays where its router or floating IP has it", async () => {
    await make(plane).routed();
    const before = await portIds();
    await sweep();
    expect(await portIds()).toEqual(before);
    expect((await held()).sort()).toEqual(before.sort());
  });

  test("is given back where it was the caller's own", async () => {
    const own = await make(plane).port(networkId);
    const device = { deviceId: randomUUID(), deviceOwner: "network:router_interface" };
    const port = Port.toJSON(Port.fromPartial({ ...own, ...device }));
    const lent = { portId: own.id, port, changed: "device_id,device_owner" };
    await plane.record(`port-${own.id}`, "PortUpdated", lent, "topology");
    await sweep();
    const { port: after } = await plane.ports.getPort({ id: own.id, ...read });
    expect(after).toMatchObject({ deviceId: "", deviceOwner: "", fixedIps: own.fixedIps });
  });
});

test("the segment of a network that never came to be is taken back, and its scope closed", async () => {
  const id = randomUUID();
  await plane.allocations.openScope({
    scopeId: id,
    projectId: "default",
    shared: false,
    ipv4Only: false,
    external: false,
    requestId: "",
  });
  const segment = { range: "flat.physnet1", networkId: id, segmentationId: "0" };
  await plane.record("segmentRange-flat.physnet1", "SegmentAllocated", segment, "topology");
  expect(await reasonOf(make(plane).externalNetwork("physnet1"))).toBe("SEGMENT_IN_USE");
  await sweep();
  await make(plane).externalNetwork("physnet1");
  expect(await reasonOf(make(plane).subnet(id, "10.1.0.0/24"))).toBe("NETWORK_CLOSING");
});

test("the scope of a local network that never came to be is closed when it is old enough", async () => {
  const id = randomUUID();
  await plane.allocations.openScope({
    scopeId: id,
    projectId: "default",
    shared: false,
    ipv4Only: false,
    external: false,
    requestId: "",
  });
  await plane.topology.follower.catchUp();
  await sweep(600_000);
  await make(plane)
    .subnet(id, "10.1.0.0/24")
    .then(({ id: made }) => plane.subnets.deleteSubnet({ id: made, etag: "", ...plainly }));
  await sweep();
  expect(await reasonOf(make(plane).subnet(id, "10.1.0.0/24"))).toBe("NETWORK_CLOSING");
});

test("what can't be swept holds up nothing else", async () => {
  const [used, empty] = [randomUUID(), randomUUID()];
  for (const scopeId of [used, empty])
    await plane.allocations.openScope({
      scopeId,
      projectId: "default",
      shared: false,
      ipv4Only: false,
      external: false,
      requestId: "",
    });
  await make(plane).subnet(used, "10.1.0.0/24");
  await plane.topology.follower.catchUp();
  await sweep();
  expect(await reasonOf(make(plane).subnet(empty, "10.1.0.0/24"))).toBe("NETWORK_CLOSING");
});

test("a network whose deletion died on the way can be used again", async () => {
  const { id } = await make(plane).network();
  dies = "closeScope";
  await expect(plane.networks.deleteNetwork({ id, etag: "", ...plainly })).rejects.toThrow();
  dies = undefined;
  await plane.topology.follower.catchUp();
  expect(await reasonOf(make(plane).port(id))).toBe("NETWORK_CLOSING");
  await sweep();
  await make(plane).port(id);
});

test("a network whose update died on the way is to ipam what it is", async () => {
  const { id } = await make(plane).network();
  const network = Network.fromPartial({ id, mtu: 1_279 });
  dies = "openScope";
  const update = plane.networks.updateNetwork({ network, updateMask: ["mtu"], etag: "", ...plainly });
  await expect(update).rejects.toThrow();
  dies = undefined;
  await plane.topology.follower.catchUp();
  const ipv6Subnet = () => make(plane).subnet(id, "2001:db8::/64");
  expect(await reasonOf(ipv6Subnet())).toBe("MTU_TOO_SMALL_FOR_IPV6");
  await sweep();
  await ipv6Subnet();
});

test("what was never there to be swept leaves no event behind", async () => {
  await make(plane).routed();
  await createPort();
  await sweep();
  const before = await plane.store.lastPosition();
  await sweep();
  expect(await plane.store.lastPosition()).toBe(before);
  expect(subnetId).not.toBe("");
});
