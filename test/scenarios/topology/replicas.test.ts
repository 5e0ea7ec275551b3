import { afterEach, beforeEach, expect, test } from "vitest";
import { createSweep } from "../../../services/topology/src/api/sweep/sweep.ts";
import { topologyFold } from "../../../services/topology/src/read-model/fold.ts";
import type { TopologyState } from "../../../services/topology/src/read-model/state.ts";
import { type ControlPlane, reasonOf, startControlPlane } from "./control-plane.ts";
import { createGate, type Gate } from "./gate.ts";
import { make } from "./make.ts";
import { type ServiceInMemory, startInMemory } from "./service-in-memory.ts";

let plane: ControlPlane;
let allocated: Gate;
let successor: ServiceInMemory<TopologyState> | undefined;

beforeEach(async () => {
  successor = undefined;
  allocated = createGate();
  plane = await startControlPlane({
    intercept: (ipam) => ({
      ...ipam,
      async allocate(...args) {
        const answer = await ipam.allocate(...args);
        await allocated.pass();
        return answer;
      },
    }),
  });
});
afterEach(async () => {
  await successor?.stop();
  await plane.stop();
});

test("a port that a deposed writer was making is not made, its caller hears so, and its addresses come back", async () => {
  const network = await make(plane).network();
  await make(plane).subnet(network.id, "10.0.0.0/24");
  const halfDone = allocated.shut();
  const creating = make(plane).port(network.id);
  creating.catch(() => {});
  await halfDone;
  successor = await startInMemory(topologyFold, plane.store, () => []);
  allocated.open();
  expect(["NO_WRITER", "WRITER_DEPOSED"]).toContain(await reasonOf(creating));
  const { context } = successor;
  await context.follower.catchUp();
  expect(context.fold.state.ports.size).toBe(0);

  await createSweep({ ...plane.topology, ...context }, { graceMs: 0 })();
  const held = await plane.allocations.listAllocations({ minAgeMs: 0, pageSize: 0, pageToken: "", minPosition: 0 });
  expect(held.allocations).toEqual([]);
});

test("a deposed writer sweeps nothing", async () => {
  const network = await make(plane).network();
  successor = await startInMemory(topologyFold, plane.store, () => []);
  await plane.topology.follower.catchUp();
  const owner = {
    scopeId: network.id,
    ownerId: network.id,
    macAddress: "",
    addresses: [],
    yieldsToSubnetDeletion: false,
    macOnly: true,
  };
  await plane.allocations.allocate({ ...owner, requestId: "", validateOnly: false });
  const before = await plane.store.lastPosition();
  await createSweep(plane.topology, { graceMs: 0 })();
  expect(await plane.store.lastPosition()).toBe(before);
});
