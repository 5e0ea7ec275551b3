import { randomUUID } from "node:crypto";
import { createFold, foldToEnd } from "@rhumbline/event-sourcing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ipamFold } from "../../../services/ipam/src/read-model/fold.ts";
import { holdingsOf } from "../../../services/ipam/src/read-model/state.ts";
import { type ControlPlane, reasonOf, startControlPlane } from "./control-plane.ts";
import { make, plainly } from "./make.ts";

const rounds = 20;
let plane: ControlPlane;
beforeAll(async () => {
  plane = await startControlPlane();
});
afterAll(() => plane.stop());

const allocate = (scopeId: string, ownerId: string) => {
  const wish = { scopeId, ownerId, macAddress: "", addresses: [], macOnly: false };
  return plane.allocations.allocate({ ...wish, requestId: "", validateOnly: false });
};
const release = (scopeId: string, ownerId: string) =>
  plane.allocations.release({ scopeId, ownerId, addresses: [], requestId: "" });
const outcomeOf = (call: Promise<unknown>): Promise<string | undefined> =>
  call.then(() => "done").catch(() => reasonOf(call));
/** What the log says that an owner holds. */
async function heldBy(scopeId: string, ownerId: string) {
  const fold = createFold(ipamFold);
  await foldToEnd(plane.store, fold);
  return holdingsOf(fold.state, scopeId, ownerId);
}

test("subnet-<id>: a subnet deleted while an address of it is given either stays or gives none", async () => {
  for (let round = 0; round < rounds; round += 1) {
    const { id: networkId } = await make(plane).network();
    const { id } = await make(plane).subnet(networkId, "10.0.0.0/24");
    const ownerId = randomUUID();
    const [deleted, given] = await Promise.all([
      outcomeOf(plane.subnets.deleteSubnet({ id, etag: "", ...plainly })),
      outcomeOf(allocate(networkId, ownerId)),
    ]);
    const { addresses } = await heldBy(networkId, ownerId);
    expect({ deleted, holds: addresses.length, given }).toEqual(
      deleted === "done" ? { deleted, holds: 0, given } : { deleted: "SUBNET_IN_USE", holds: 1, given: "done" },
    );
  }
});

test("owner-<portId>: an owner given to and taken from at once holds all of it or nothing", async () => {
  const { id: networkId } = await make(plane).network();
  await make(plane).subnet(networkId, "10.0.0.0/16");
  await make(plane).subnet(networkId, "2001:db8::/64");
  for (let round = 0; round < rounds; round += 1) {
    const ownerId = randomUUID();
    await Promise.all([allocate(networkId, ownerId), release(networkId, ownerId), allocate(networkId, ownerId)]);
    const { macAddress, addresses } = await heldBy(networkId, ownerId);
    expect({ mac: macAddress !== undefined, addresses: addresses.length }).toEqual(
      macAddress === undefined ? { mac: false, addresses: 0 } : { mac: true, addresses: 2 },
    );
  }
});
