import { beforeEach, expect, test } from "vitest";
import { nftLayout } from "../../security/nft/nft-layout.ts";
import { chain } from "../../security/objects.ts";
import { type FakeKernel, fakeKernel } from "../fake/fake-kernel.ts";
import type { Kernel, ObserveAgain } from "../kernel.ts";
import { type RememberingKernel, rememberingKernel } from "./remembering-kernel.ts";

let looks: (ObserveAgain | undefined)[];
let listening: boolean;
let readsParts: boolean;
let unlisted: readonly string[];
let real: FakeKernel;
let kernel: RememberingKernel;

beforeEach(() => {
  looks = [];
  listening = true;
  real = fakeKernel();
  readsParts = false;
  unlisted = [];
  kernel = opened();
});

function opened(): RememberingKernel {
  const observe: Kernel["observe"] = async (again) => {
    looks.push(again);
    return { ...(await real.observe()), unlisted: new Set(unlisted) };
  };
  return rememberingKernel({ ...real, readsParts, observe }, () => listening);
}

test("everything is read once, then only where something was changed by others or by ourselves", async () => {
  const first = await kernel.observe("every place");
  expect(await kernel.observe("every place")).toBe(first);
  kernel.changed(new Map([["qrouter-1", new Set(["rules"])]]));
  await kernel.execute([{ kind: "add-namespace", resource: "", netns: "qrouter-2" }]);
  await kernel.observe("every place");
  expect(looks.map(placesRead)).toEqual([
    "everything",
    [" devices", "qrouter-1 rules", "qrouter-2 connections devices helpers rules"],
  ]);
});

test("of what we do ourselves only that part is read again that it may have changed", async () => {
  await kernel.observe("every place");
  await kernel.execute([
    { kind: "add-address", resource: "", netns: "qrouter-1", device: "qr-1", address: "10.0.0.1/24" },
    { kind: "change-filter", resource: "", netns: "qrouter-2", alsoServes: [], put: [], remove: [] },
    { kind: "remove-helper", resource: "", netns: "qdhcp-1", helper: "dhcp-1", farewell: true },
  ]);
  await kernel.observe("every place");
  expect(looks.map(placesRead).at(-1)).toEqual([" helpers", "qrouter-1 devices", "qrouter-2 connections rules"]);
});

test("what a new bridge puts into the host's filter is no reason to look at connections, as a port's rules are", async () => {
  const filtered = { kind: "change-filter", resource: "", netns: "", alsoServes: [], remove: [] } as const;
  await kernel.observe("every place");
  await kernel.execute([{ ...filtered, put: nftLayout.bridge("brq1", 4097) }]);
  await kernel.observe("every place");
  await kernel.execute([{ ...filtered, put: [chain("bridge", "ingress-1", ["accept"])] }]);
  await kernel.observe("every place");
  expect(looks.map(placesRead).slice(1)).toEqual([[" rules"], [" connections rules"]]);
});

test("the other end of a host's device lies in the namespace that it leads into", async () => {
  real.addLink({ name: "tap1", peerNamespace: "qrouter-1" });
  await kernel.observe("every place");
  await kernel.execute([{ kind: "delete-link", resource: "", netns: "", device: "tap1" }]);
  await kernel.observe("every place");
  expect(looks.map(placesRead).at(-1)).toEqual([" devices", "qrouter-1 devices"]);
});

test("connections that nobody asks for are left for a look that does", async () => {
  await kernel.observe("every place");
  kernel.changed(
    new Map([
      ["", new Set(["rules", "connections"] as const)],
      ["qrouter-1", new Set(["rules", "connections"] as const)],
    ]),
  );
  await kernel.observe(new Set([""]));
  await kernel.observe(new Set());
  await kernel.observe("every place");
  expect(looks.map(placesRead).slice(1)).toEqual([
    [" connections rules", "qrouter-1 rules"],
    ["qrouter-1 connections"],
  ]);
});

test("while nobody tells of changes everything is read, and so it is when some may have been missed", async () => {
  await kernel.observe("every place");
  listening = false;
  await kernel.observe(new Set());
  listening = true;
  kernel.changed("anywhere");
  await kernel.observe("every place");
  expect(looks.map(placesRead)).toEqual(["everything", "everything", "everything"]);
});

test("what is changed during a look is looked at again", async () => {
  await kernel.observe("every place");
  kernel.changed(new Map([["qrouter-1", new Set(["devices"])]]));
  const look = kernel.observe("every place");
  kernel.changed(new Map([["qrouter-1", new Set(["rules"])]]));
  await look;
  await kernel.observe("every place");
  expect(looks.map(placesRead)).toEqual(["everything", ["qrouter-1 devices"], ["qrouter-1 rules"]]);
});

test("connections that a look had no time for are asked for by the next one", async () => {
  readsParts = true;
  kernel = opened();
  unlisted = ["qrouter-1", "qrouter-2"];
  await kernel.observe("every place");
  expect(looks).toMatchObject([{ known: undefined, stale: new Map() }]);
  expect(kernel.owesConnections).toBe(true);
  const listed = async (): Promise<unknown> => {
    await kernel.observe("every place");
    return [looks.map(placesRead).at(-1), kernel.owesConnections];
  };
  unlisted = ["qrouter-2"];
  expect(await listed()).toEqual([["qrouter-1 connections", "qrouter-2 connections"], true]);
  unlisted = [];
  expect(await listed()).toEqual([["qrouter-2 connections"], false]);
});

function placesRead(again: ObserveAgain | undefined): string[] | "everything" {
  if (again === undefined) return "everything";
  return [...again.stale].map(([place, parts]) => `${place} ${[...parts].sort().join(" ")}`).sort();
}
