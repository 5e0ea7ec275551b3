import { beforeEach, expect, test } from "vitest";

import { afterOperation } from "../../plan/effects/after-operation.ts";
import type { Operation } from "../../plan/operation.ts";
import { nftLayout } from "../../security/nft/nft-layout.ts";
import { chain } from "../../security/objects.ts";

import { type FakeKernel, fakeKernel } from "../fake/fake-kernel.ts";
import type { Kernel, ObserveAgain } from "../kernel.ts";
import { type RememberingKernel, rememberingKernel } from "./remembering-kernel.ts";

let looks: (ObserveAgain | undefined)[];
let listening: boolean;
let readsParts: boolean;
let leaving: readonly string[];
let unlisted: readonly string[];
let real: FakeKernel;
let kernel: RememberingKernel;

beforeEach(() => {
  looks = [];
  listening = true;
  real = fakeKernel();
  readsParts = false;
  leaving = [];
  unlisted = [];
  kernel = opened();
});

function opened(): RememberingKernel {
  const observe: Kernel["observe"] = async (again) => {
    looks.push(again);
    for (const netns of leaving) again?.unhurried?.left(netns);
    return { ...(await real.observe()), unlisted: new Set(unlisted) };
  };
  return rememberingKernel(
    { ...real, readsParts, observe },
    () => listening,
    () => false,
  );
}

test("everything is read once, then only where something was changed by others or by ourselves", async () => {
  const first = await kernel.observe("every place", "looked at");
  expect(await kernel.observe("every place", "looked at")).toBe(first);
  kernel.changed(new Map([["qrouter-1", new Set(["rules"])]]), "others");
  await kernel.execute([{ kind: "add-namespace", resource: "", netns: "qrouter-2" }]);
  await kernel.observe("every place", "looked at");
  expect(looks.map(placesRead)).toEqual([
    "everything",
    [" devices", "qrouter-1 rules", "qrouter-2 connections devices helpers rules"],
  ]);
});

test("of what we do ourselves only that part is read again that it may have changed", async () => {
  await kernel.observe("every place", "looked at");
  await kernel.execute([
    addressIn("qrouter-1"),
    { kind: "change-filter", resource: "", netns: "qrouter-2", alsoServes: [], put: [], remove: [] },
    { kind: "remove-helper", resource: "", netns: "qdhcp-1", helper: "dhcp-1", farewell: true },
  ]);
  await kernel.observe("every place", "looked at");
  expect(looks.map(placesRead).at(-1)).toEqual([" helpers", "qrouter-1 devices", "qrouter-2 connections rules"]);
});

test("what a new bridge puts into the host's filter is no reason to look at connections, as a port's rules are", async () => {
  const filtered = { kind: "change-filter", resource: "", netns: "", alsoServes: [], remove: [] } as const;
  await kernel.observe("every place", "looked at");
  await kernel.execute([{ ...filtered, put: nftLayout.bridge("brq1", 4097) }]);
  await kernel.observe("every place", "looked at");
  await kernel.execute([{ ...filtered, put: [chain("bridge", "ingress-1", ["accept"])] }]);
  await kernel.observe("every place", "looked at");
  expect(looks.map(placesRead).slice(1)).toEqual([[" rules"], [" connections rules"]]);
});

test("what was done is known without a look, until somebody else changes something", async () => {
  const before = await kernel.observe("every place", "looked at");
  const add = addressIn("qrouter-1");
  await kernel.execute([add]);
  const after = afterOperation(before, add);
  kernel.done(after);
  kernel.changed(new Map([["qrouter-1", new Set(["devices"])]]), "us");
  expect((await kernel.observe(new Set(), "as done")).namespaces).toBe(after.namespaces);
  kernel.changed(new Map([["qrouter-2", new Set(["rules"])]]), "others");
  await kernel.observe(new Set(), "as done");
  expect(looks.map(placesRead)).toEqual(["everything", ["qrouter-1 devices", "qrouter-2 rules"]]);
});

test("what is expected of what is being done is the very value that the next look gives", async () => {
  const before = await kernel.observe("every place", "looked at");
  const add = addressIn("qrouter-1");
  await kernel.execute([add]);
  const after = afterOperation(before, add);
  const expected = kernel.expected(after);
  kernel.done(after);
  expect(await kernel.observe(new Set(), "as done")).toBe(expected);
  kernel.changed("anywhere", "others");
  expect(kernel.expected(after)).toBeUndefined();
});

test("what was done is looked at by whoever wants to know whether it is so", async () => {
  const before = await kernel.observe("every place", "looked at");
  await kernel.execute([addressIn("qrouter-1")]);
  kernel.done(before);
  await kernel.observe(new Set(), "as done");
  await kernel.observe("every place", "looked at");
  expect(looks.map(placesRead)).toEqual(["everything", ["qrouter-1 devices"]]);
});

test("where something was not done, nothing is known of what we did", async () => {
  const before = await kernel.observe("every place", "looked at");
  await kernel.execute([addressIn("qrouter-1")]);
  kernel.done(before);
  await kernel.execute([addressIn("qrouter-2")]);
  await kernel.observe(new Set(), "as done");
  expect(looks.map(placesRead)).toEqual(["everything", ["qrouter-1 devices", "qrouter-2 devices"]]);
});

test("beside what others changed only what has numbers is read of what was done, where parts are read", async () => {
  readsParts = true;
  kernel = opened();
  const before = await kernel.observe("every place", "looked at");
  await kernel.execute([addressIn("qrouter-1"), rulesIn("qrouter-1")]);
  kernel.done(before);
  kernel.changed(new Map([["qrouter-2", new Set(["rules"])]]), "others");
  await kernel.observe(new Set(), "as done");
  expect(kernel.isUnconfirmed).toBe(true);
  await kernel.observe("every place", "looked at");
  expect(kernel.isUnconfirmed).toBe(false);
  expect(looks.map(placesRead).slice(1)).toEqual([
    ["qrouter-1 devices", "qrouter-2 rules"],
    ["qrouter-1 connections rules"],
  ]);
});

test("rules that only we changed may be left for another look, which asks for them again", async () => {
  readsParts = true;
  kernel = opened();
  const before = await kernel.observe("every place", "looked at");
  await kernel.execute(["qrouter-1", "qrouter-2", "qrouter-3"].map(rulesIn));
  kernel.done(before);
  kernel.changed(new Map([["qrouter-3", new Set(["rules"])]]), "others");
  leaving = ["qrouter-2"];
  await kernel.observe("every place", "looked at");
  expect(looks.at(-1)?.unhurried?.rulesOf).toEqual(new Set(["qrouter-1", "qrouter-2"]));
  expect(kernel.isUnconfirmed).toBe(true);
  leaving = [];
  await kernel.observe("every place", "looked at");
  expect(looks.map(placesRead).at(-1)).toEqual(["qrouter-2 connections rules"]);
  expect(kernel.isUnconfirmed).toBe(false);
});

test("what was left is the first that the next look may leave", async () => {
  const before = await kernel.observe("every place", "looked at");
  await kernel.execute([rulesIn("qrouter-2")]);
  kernel.done(before);
  leaving = ["qrouter-2"];
  const after = await kernel.observe("every place", "looked at");
  await kernel.execute([rulesIn("qrouter-1")]);
  kernel.done(after);
  await kernel.observe("every place", "looked at");
  expect([...(looks.at(-1)?.unhurried?.rulesOf ?? [])]).toEqual(["qrouter-2", "qrouter-1"]);
});

test("where something was not done, none of our rules may be left", async () => {
  const before = await kernel.observe("every place", "looked at");
  await kernel.execute([rulesIn("qrouter-1")]);
  kernel.done(before);
  await kernel.execute([rulesIn("qrouter-2")]);
  await kernel.observe("every place", "looked at");
  expect(looks.at(-1)?.unhurried?.rulesOf).toEqual(new Set());
});

test("what was done counts for nothing once changes were missed", async () => {
  const before = await kernel.observe("every place", "looked at");
  await kernel.execute([addressIn("qrouter-1")]);
  kernel.changed("anywhere", "others");
  kernel.done(before);
  await kernel.observe(new Set(), "as done");
  expect(looks.map(placesRead)).toEqual(["everything", "everything"]);
});

test("the other end of a host's device lies in the namespace that it leads into", async () => {
  real.addLink({ name: "tap1", peerNamespace: "qrouter-1" });
  await kernel.observe("every place", "looked at");
  await kernel.execute([{ kind: "delete-link", resource: "", netns: "", device: "tap1" }]);
  await kernel.observe("every place", "looked at");
  expect(looks.map(placesRead).at(-1)).toEqual([" devices", "qrouter-1 devices"]);
});

test("connections that nobody asks for are left for a look that does", async () => {
  await kernel.observe("every place", "looked at");
  kernel.changed(
    new Map([
      ["", new Set(["rules", "connections"] as const)],
      ["qrouter-1", new Set(["rules", "connections"] as const)],
    ]),
    "others",
  );
  await kernel.observe(new Set([""]), "looked at");
  await kernel.observe(new Set(), "looked at");
  await kernel.observe("every place", "looked at");
  expect(looks.map(placesRead).slice(1)).toEqual([
    [" connections rules", "qrouter-1 rules"],
    ["qrouter-1 connections"],
  ]);
});

test("while nobody tells of changes everything is read, and so it is when some may have been missed", async () => {
  await kernel.observe("every place", "looked at");
  listening = false;
  await kernel.observe(new Set(), "looked at");
  listening = true;
  kernel.changed("anywhere", "others");
  await kernel.observe("every place", "looked at");
  expect(looks.map(placesRead)).toEqual(["everything", "everything", "everything"]);
});

test("what is changed during a look is looked at again", async () => {
  await kernel.observe("every place", "looked at");
  kernel.changed(new Map([["qrouter-1", new Set(["devices"])]]), "others");
  const look = kernel.observe("every place", "looked at");
  kernel.changed(new Map([["qrouter-1", new Set(["rules"])]]), "others");
  await look;
  await kernel.observe("every place", "looked at");
  expect(looks.map(placesRead)).toEqual(["everything", ["qrouter-1 devices"], ["qrouter-1 rules"]]);
});

test("connections that a look had no time for are asked for by the next one", async () => {
  readsParts = true;
  kernel = opened();
  unlisted = ["qrouter-1", "qrouter-2"];
  await kernel.observe("every place", "looked at");
  expect(looks).toMatchObject([{ known: undefined, stale: new Map() }]);
  expect(kernel.owesConnections).toBe(true);
  const listed = async (): Promise<unknown> => {
    await kernel.observe("every place", "looked at");
    return [looks.map(placesRead).at(-1), kernel.owesConnections];
  };
  unlisted = ["qrouter-2"];
  expect(await listed()).toEqual([["qrouter-1 connections", "qrouter-2 connections"], true]);
  unlisted = [];
  expect(await listed()).toEqual([["qrouter-2 connections"], false]);
});

function addressIn(netns: string): Operation {
  return { kind: "add-address", resource: "", netns, device: "qr-1", address: "10.0.0.1/24" };
}

function rulesIn(netns: string): Operation {
  return { kind: "change-filter", resource: "", netns, alsoServes: [], put: [], remove: [] };
}

function placesRead(again: ObserveAgain | undefined): string[] | "everything" {
  if (again === undefined) return "everything";
  return [...again.stale].map(([place, parts]) => `${place} ${[...parts].sort().join(" ")}`).sort();
}
