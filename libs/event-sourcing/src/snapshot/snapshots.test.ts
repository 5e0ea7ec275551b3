import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { canonicalLines } from "../canonical.ts";
import type { FoldImage } from "../fold.ts";
import { PersistentMap } from "../persistent-map.ts";
import { SortedIds } from "../sorted-ids.ts";
import { VersionedMap } from "../versioned-map.ts";
import { snapshotsIn } from "./snapshots.ts";

interface State {
  subnets: Map<
    string,
    { cidr: string; ownerByIp: VersionedMap<string, string>; nested: { turn: PersistentMap<number, string> } }
  >;
  nothing: Map<string, string>;
  subnetsByNetwork: Map<string, SortedIds>;
  subnetIds: SortedIds;
}

const initial = (): State => ({
  subnets: new Map(),
  nothing: new Map(),
  subnetsByNetwork: new Map(),
  subnetIds: SortedIds.from(),
});
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "rhumbline-snapshot-"));
});
afterEach(() => rm(folder, { recursive: true }));

function image(): FoldImage<State> {
  const state = initial();
  for (let i = 0; i < 2_500; i++) {
    state.subnets.set(`s${i}`, {
      cidr: "10.0.0.0/24",
      ownerByIp: VersionedMap.from([["10.0.0.2", `p${i}`]]),
      nested: { turn: PersistentMap.from([[i, "10.0.0.3"]]) },
    });
  }
  state.subnetsByNetwork.set("n1", SortedIds.from(state.subnets.keys()));
  state.subnetsByNetwork.set("n2", SortedIds.from(["s1"]));
  for (const id of state.subnets.keys()) state.subnetIds.add(id);
  return {
    state,
    lastEvent: { id: "e", stream: "subnet-s1", revision: 3, position: 42 },
    timeMs: 7,
    revisions: new Map([["subnet-s1", 3]]),
    writers: new Map([["ipam", { replica: "r", epoch: 2, address: "127.0.0.1:1", revision: 1 }]]),
    requests: new Map(),
  };
}

test("what was saved is what is loaded, maps inside aggregates included", async () => {
  const snapshots = snapshotsIn(folder, "build", initial);
  await snapshots.save("log", image());
  const loaded = await snapshots.load("log");
  expect(loaded?.lastEvent.position).toBe(42);
  expect(loaded?.writers.get("ipam")?.epoch).toBe(2);
  expect(loaded?.revisions.get("subnet-s1")).toBe(3);
  expect(loaded?.state.subnets.size).toBe(2_500);
  const subnet = loaded?.state.subnets.get("s2499");
  expect(subnet?.ownerByIp.get("10.0.0.2")).toBe("p2499");
  expect(subnet?.nested.turn.get(2499)).toBe("10.0.0.3");
  expect(loaded?.state.nothing.size).toBe(0);
  expect([...(loaded?.state.subnetsByNetwork.get("n1") ?? [])]).toEqual([...(loaded?.state.subnetIds ?? [])]);
  expect(loaded?.state.subnetIds.size).toBe(2_500);
});

test("changes made while it is written are not in it", async () => {
  const snapshots = snapshotsIn(folder, "build", initial);
  const taken = image();
  const saving = snapshots.save("log", taken);
  taken.state.subnets.clear();
  taken.state.subnetIds.delete("s1");
  taken.state.subnetsByNetwork.get("n2")?.add("s2");
  await saving;
  const loaded = await snapshots.load("log");
  expect(loaded?.state.subnets.size).toBe(2_500);
  expect(loaded?.state.subnetIds.size).toBe(2_500);
  expect(loaded?.state.subnetsByNetwork.get("n2")?.size).toBe(1);
});

test("a snapshot that ends with an index larger than what is read at once is used", async () => {
  const snapshots = snapshotsIn(folder, "build", initial);
  const large = image();
  for (let i = 0; i < 50_000; i++) large.state.subnetIds.add(`a subnet with a rather long id ${i}`);
  await snapshots.save("log", large);
  const loaded = await snapshots.load("log");
  expect(loaded?.state.subnetIds.size).toBe(52_500);
});

test("a snapshot of another build or another log is not used", async () => {
  await snapshotsIn(folder, "build", initial).save("log", image());
  expect(await snapshotsIn(folder, "other build", initial).load("log")).toBeUndefined();
  expect(await snapshotsIn(folder, "build", initial).load("other log")).toBeUndefined();
});

test("a damaged snapshot is the same as none", async () => {
  const snapshots = snapshotsIn(folder, "build", initial);
  await snapshots.save("log", image());
  const file = join(folder, "snapshot.bin");
  const bytes = await readFile(file);
  bytes[2_000] = (bytes[2_000] ?? 0) ^ 0xff;
  await writeFile(file, bytes);
  expect(await snapshots.load("log")).toBeUndefined();
  await writeFile(file, bytes.subarray(0, 100));
  expect(await snapshots.load("log")).toBeUndefined();
});

test("no snapshot is no error", async () => {
  expect(await snapshotsIn(folder, "build", initial).load("log")).toBeUndefined();
});

test("what was loaded and hardly asked is saved again as it is then", async () => {
  const snapshots = snapshotsIn(folder, "build", initial);
  await snapshots.save("log", image());
  const loaded = await snapshots.load("log");
  if (loaded === undefined) throw new Error("the snapshot is not used");
  const { subnets, subnetIds, subnetsByNetwork } = loaded.state;
  subnets.delete("s0");
  subnets.set("s300", { cidr: "10.1.0.0/24", ownerByIp: VersionedMap.from(), nested: { turn: PersistentMap.empty() } });
  subnetIds.delete("s0");
  subnetsByNetwork.get("n2")?.add("s2");
  loaded.revisions.set("subnet-s1", 4);
  const before = canonicalLines(loaded.state);
  await snapshots.save("log", loaded);
  const again = await snapshots.load("log");
  expect(canonicalLines(again?.state ?? {})).toEqual(before);
  expect([...(again?.state.subnets.keys() ?? [])]).toEqual([...subnets.keys()]);
  expect(again?.state.subnets.size).toBe(2_499);
  expect(again?.state.subnets.get("s300")?.cidr).toBe("10.1.0.0/24");
  expect(again?.state.subnets.get("s301")?.cidr).toBe("10.0.0.0/24");
  expect(again?.revisions.get("subnet-s1")).toBe(4);
});

test("a map out of a snapshot is like any other, however it is asked", async () => {
  const snapshots = snapshotsIn(folder, "build", initial);
  await snapshots.save("log", image());
  const loaded = async () => (await snapshots.load("log"))?.state.subnets ?? new Map();
  const ownerAt = (key: string, value: { ownerByIp: VersionedMap<string, string> }) => [
    key,
    value.ownerByIp.get("10.0.0.2"),
  ];
  const expected = [...image().state.subnets].map(([key, value]) => ownerAt(key, value));
  expect([...(await loaded())].map(([key, value]) => ownerAt(key, value))).toEqual(expected);
  const values = [...(await loaded()).values()].map((value) => ownerAt("", value)[1]);
  expect(values).toEqual(expected.map(([, owner]) => owner));
  const visited: unknown[] = [];
  for (const [key, value] of (await loaded()).entries()) visited.push(ownerAt(key, value));
  (await loaded()).forEach((value, key) => {
    visited.push(ownerAt(key, value));
  });
  expect(visited).toEqual([...expected, ...expected]);
  const map = await loaded();
  expect(map.get("s7")).toBe(map.get("s7"));
  expect([map.get("s2500"), map.has("s2500"), map.has("s2499")]).toEqual([undefined, false, true]);
});
