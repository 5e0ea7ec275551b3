import { randomUUID } from "node:crypto";
import { createFold, foldToEnd } from "@rhumbline/event-sourcing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ipamFold } from "../../../services/ipam/src/read-model/fold.ts";
import { holdingsOf } from "../../../services/ipam/src/read-model/state.ts";
import { beforeAppend } from "../before-append.ts";
import { type ControlPlane, reasonOf, startControlPlane } from "./control-plane.ts";
import { createGate } from "./gate.ts";
import { make, plainly } from "./make.ts";

const rounds = 20;
let plane: ControlPlane;
beforeAll(async () => {
  plane = await startControlPlane();
});
afterAll(() => plane.stop());

const allocate = (scopeId: string, ownerId: string) => {
  const wish = { scopeId, ownerId, macAddress: "", addresses: [], yieldsToSubnetDeletion: false, macOnly: false };
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

test("owner-<portId>: what is asked back while it is given is taken whole", async () => {
  const { id: networkId } = await make(plane).network();
  await make(plane).subnet(networkId, "10.0.0.0/16");
  // Of two subnets, so that MAC address and addresses are not one append.
  await make(plane).subnet(networkId, "2001:db8::/64");
  const ownerId = randomUUID();
  // In the middle of the allocation: the owner has its MAC address, and no address yet.
  const gate = createGate();
  const asBefore = beforeAppend(plane.store, "subnet-", () => gate.pass());
  const halfDone = gate.shut();
  const given = allocate(networkId, ownerId);
  await halfDone;
  const taken = release(networkId, ownerId);
  // The release is under way, as far as it gets without the allocation.
  await plane.allocations.listAllocations({ minAgeMs: 0, pageSize: 0, pageToken: "", minPosition: 0 });
  gate.open();
  asBefore();
  await Promise.all([given, taken]);
  expect(await heldBy(networkId, ownerId)).toEqual({ macAddress: undefined, addresses: [] });
});
