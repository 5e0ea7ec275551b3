import { randomUUID } from "node:crypto";
import { type CommandContext, LogUnavailable } from "@rhumbline/event-sourcing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { releaseStrayAddresses } from "../../../services/ipam/src/api/stray-addresses.ts";
import { holdingsOf } from "../../../services/ipam/src/read-model/state.ts";
import { beforeAppend } from "../before-append.ts";
import { type ControlPlane, reasonOf, startControlPlane } from "./control-plane.ts";
import { createGate } from "./gate.ts";
import { make } from "./make.ts";

let plane: ControlPlane;
let scopeId: string;
let subnetId: string;
beforeEach(async () => {
  plane = await startControlPlane();
  scopeId = (await make(plane).network()).id;
  subnetId = (await make(plane).subnet(scopeId, "10.0.0.0/24")).id;
  // Of two subnets, so that MAC address and addresses are not one append.
  await make(plane).subnet(scopeId, "2001:db8::/64");
});
afterEach(() => plane.stop());

const context: CommandContext = { actor: "ipam", projectId: "", correlationId: "c", causationId: "c" };
const sweep = () => releaseStrayAddresses(plane.ipam, () => context);
const allocate = (ownerId: string) => {
  const wish = { scopeId, ownerId, macAddress: "", addresses: [], yieldsToSubnetDeletion: false, macOnly: false };
  return plane.allocations.allocate({ ...wish, requestId: "", validateOnly: false });
};
const heldBy = (ownerId: string) => {
  const { macAddress, addresses } = holdingsOf(plane.ipam.fold.state, scopeId, ownerId);
  return { hasMac: macAddress !== undefined, addresses: addresses.map(({ ipAddress }) => ipAddress) };
};
const anyTwo = [expect.any(String), expect.any(String)];

test("an address of an owner without a MAC address is taken back, and other owners keep theirs", async () => {
  const [stray, owner] = [randomUUID(), randomUUID()];
  await allocate(owner);
  const data = { subnetId, scopeId, ownerId: stray, ipAddress: "10.0.0.77", yieldsToSubnetDeletion: false };
  await plane.record(`subnet-${subnetId}`, "AddressAllocated", data, "ipam");
  await plane.ipam.follower.catchUp();
  const kept = heldBy(owner);
  expect(heldBy(stray)).toEqual({ hasMac: false, addresses: ["10.0.0.77"] });
  await sweep();
  expect([heldBy(stray), heldBy(owner)]).toEqual([{ hasMac: false, addresses: [] }, kept]);
});

test("what is just being given is no stray, though the address comes before the MAC address", async () => {
  const ownerId = randomUUID();
  const gate = createGate();
  beforeAppend(plane.store, "scope-", () => gate.pass());
  const halfDone = gate.shut();
  const given = allocate(ownerId);
  await halfDone;
  await expect.poll(() => heldBy(ownerId)).toEqual({ hasMac: false, addresses: anyTwo });
  const sweeping = sweep();
  // As far as it gets.
  await plane.ipam.follower.catchUp();
  gate.open();
  await Promise.all([given, sweeping]);
  expect(heldBy(ownerId)).toEqual({ hasMac: true, addresses: anyTwo });
});

test("where the log refuses the MAC address, the address that it took is taken back", async () => {
  const ownerId = randomUUID();
  beforeAppend(plane.store, "scope-", async () => {
    throw new LogUnavailable("its disk is full");
  });
  expect(await reasonOf(allocate(ownerId))).toBe("LOG_UNAVAILABLE");
  expect(heldBy(ownerId)).toEqual({ hasMac: false, addresses: [] });
});
