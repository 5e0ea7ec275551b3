import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { manifestDigest, type ResourceKey } from "@rhumbline/messaging";
import { DesiredResource, DesiredRouter, NodeManifest } from "@rhumbline/proto/rhumbline/agent/v1/desired";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { DesiredFeed } from "./desired-feed.ts";

let folder: string;
let feed: DesiredFeed;
let accepted: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rhumbline-feed-"));
  start();
});
afterEach(() => rmSync(folder, { recursive: true }));

test("keys alone change nothing; their manifest commits them", async () => {
  value("router.r1", 10);
  expect(accepted).toEqual([]);
  await commit(10, [["router.r1", 10]]);
  expect(accepted).toEqual(["log-a 1 10: router.r1@10"]);
});

test("what is on its way to the disk is told of, and acted on only when it is there", async () => {
  value("router.r1", 10);
  await commit(10, [["router.r1", 10]]);
  value("router.r1", 11);
  const onDisk = commit(11, [["router.r1", 11]]);
  expect({ newest: feed.newest?.version.position, acted: feed.current?.version.position }).toEqual({
    newest: 11,
    acted: 10,
  });
  await onDisk;
  expect(accepted.at(-1)).toBe("log-a 1 11: router.r1@11");
});

test("a manifest that overtakes one of its keys waits for it", async () => {
  value("router.r1", 10);
  await commit(12, [
    ["router.r1", 10],
    ["floatingip.f1", 12],
  ]);
  expect(accepted).toEqual([]);
  value("floatingip.f1", 12);
  expect(accepted).toEqual(["log-a 1 12: floatingip.f1@12 router.r1@10"]);
});

test("a key that the manifest does not know holds everything up: nothing is swept on a guess", async () => {
  value("router.r1", 10);
  value("router.r2", 11);
  await commit(10, [["router.r1", 10]]);
  expect(accepted).toEqual([]);
});

test("what the disk does not keep is not acted on, and taken up when it does", async () => {
  const inTheWay = join(folder, "desired.new");
  mkdirSync(inTheWay);
  value("router.r1", 10);
  await commit(10, [["router.r1", 10]]);
  expect(accepted).toEqual([]);
  expect(feed.refusal).toMatch(/can't be kept on disk: EISDIR/);
  rmdirSync(inTheWay);
  await commit(10, [["router.r1", 10]]);
  expect(accepted).toEqual(["log-a 1 10: router.r1@10"]);
  expect(feed.refusal).toBe("");
});

test("a disk that stays full is tried again by itself, by one timer however much comes meanwhile", async () => {
  vi.useFakeTimers();
  try {
    const inTheWay = join(folder, "desired.new");
    mkdirSync(inTheWay);
    value("router.r1", 10);
    for (let round = 0; round < 3; round += 1) await commit(10, [["router.r1", 10]]);
    expect(vi.getTimerCount()).toBe(1);
    vi.runOnlyPendingTimers();
    expect({ accepted, timers: vi.getTimerCount() }).toEqual({ accepted: [], timers: 1 });
    rmdirSync(inTheWay);
    vi.runOnlyPendingTimers();
    expect({ accepted, timers: vi.getTimerCount() }).toEqual({ accepted: ["log-a 1 10: router.r1@10"], timers: 0 });
  } finally {
    vi.useRealTimers();
  }
});

test("of manifests that came together the last counts, and is kept once", async () => {
  const later: (() => void)[] = [];
  start((work) => later.push(work));
  for (const position of [10, 11, 12]) {
    value("router.r1", position);
    await commit(position, [["router.r1", position]]);
  }
  expect(later).toHaveLength(1);
  for (const work of later) work();
  expect(accepted).toEqual(["log-a 1 12: router.r1@12"]);
});

test("what was changed and removed since the first manifest is known after a restart", async () => {
  value("router.r1", 10);
  value("router.r2", 10);
  await commit(10, [
    ["router.r1", 10],
    ["router.r2", 10],
  ]);
  value("router.r2", 11);
  value("floatingip.f1", 11);
  value("router.r1", 11, { gone: true });
  await commit(11, [
    ["router.r2", 11],
    ["floatingip.f1", 11],
  ]);
  feed.reset();
  value("router.r2", 12);
  await commit(12, [["router.r2", 12]]);
  const before = feed.current;
  start();
  expect(feed.current).toEqual(before);
});

test("a file with a damaged record in its midst is worth nothing: older desired state is never acted on", async () => {
  for (const position of [10, 11, 12]) {
    value("router.r1", position);
    await commit(position, [["router.r1", position]]);
  }
  const path = join(folder, "desired");
  const lines = readFileSync(path, "utf8").split("\n");
  writeFileSync(
    path,
    lines.map((line, index) => (index === 1 ? line.replace('"position":11', '"position":19') : line)).join("\n"),
  );
  for (const _ of ["the first start after it", "the next"]) {
    start();
    expect(feed.current).toBeUndefined();
  }
});

test("a last record that a crash tore is not missed: nothing was done for it yet", async () => {
  value("router.r1", 10);
  await commit(10, [["router.r1", 10]]);
  appendFileSync(join(folder, "desired"), '1234abcd {"version":{"logId":"log-a","ep');
  start();
  expect(feed.current?.version.position).toBe(10);
});

test("a late value of a deposed writer is ignored", async () => {
  value("router.r1", 20, { epoch: 2 });
  value("router.r1", 30, { epoch: 1 });
  await commit(30, [["router.r1", 20]], { epoch: 2 });
  expect(accepted).toEqual(["log-a 2 30: router.r1@20"]);
});

test("a late manifest of a deposed writer is ignored", async () => {
  value("router.r1", 10);
  await commit(20, [["router.r1", 10]], { epoch: 2 });
  await commit(40, [], { epoch: 1 });
  expect(accepted).toEqual(["log-a 2 20: router.r1@10"]);
  expect(feed.refusal).toBe("");
});

test("a resource to be removed is delivered as gone and is not part of the digest", async () => {
  value("router.r1", 10);
  await commit(10, [["router.r1", 10]]);
  value("router.r1", 15, { gone: true });
  await commit(15, []);
  expect(accepted.at(-1)).toBe("log-a 1 15: router.r1@15 gone");
});

test("a bucket that was wiped changes nothing, and neither does half of its refill", async () => {
  value("router.r1", 10);
  value("router.r2", 10);
  const full: Entry[] = [
    ["router.r1", 10],
    ["router.r2", 10],
  ];
  await commit(10, full);
  feed.reset();
  value("router.r1", 10);
  await commit(10, full);
  expect(accepted).toHaveLength(1);
  expect(feed.current?.resources.size).toBe(2);
  value("router.r2", 10);
  expect(accepted).toHaveLength(1); // It says what is known already.
});

test("a bucket restored from an old copy is refused, and the status says why", async () => {
  value("router.r1", 10);
  await commit(20, [["router.r1", 10]]);
  feed.reset();
  await commit(5, []);
  expect(accepted).toHaveLength(1);
  expect(feed.refusal).toMatch(/position 5\) is older than what stands here \(epoch 1, position 20\); adopt/);
  feed.reset();
  value("router.r1", 10);
  await commit(21, [["router.r1", 10]]);
  expect(feed.refusal).toBe("");
  expect(accepted).toHaveLength(2);
});

test("desired state of another log is refused even when it is newer", async () => {
  await commit(20, []);
  feed.reset();
  value("router.x", 90, { logId: "log-b" });
  await commit(90, [["router.x", 90]], { logId: "log-b", epoch: 9 });
  expect(accepted).toEqual(["log-a 1 20: "]);
  expect(feed.refusal).toMatch(/of log log-b, what stands here is of log log-a; adopt/);
});

test("a value of another log among the keys is never acted on", async () => {
  value("router.r1", 10, { logId: "log-b" });
  await commit(10, [["router.r1", 10]]);
  expect(accepted).toEqual([]);
});

test("what was accepted is known after a restart without the bus, and older state is still refused", async () => {
  value("router.r1", 10);
  await commit(20, [["router.r1", 10]]);
  start();
  expect(feed.current?.resources.get("router.r1")?.position).toBe(10);
  await commit(19, []);
  expect(accepted).toEqual([]);
  expect(feed.refusal).toMatch(/older/);
});

test("an operator can adopt what was refused, and only that", async () => {
  await commit(20, []);
  feed.reset();
  expect(await feed.adopt()).toBeUndefined();
  value("router.x", 3, { logId: "log-b" });
  await commit(3, [["router.x", 3]], { logId: "log-b" });
  expect((await feed.adopt())?.version).toEqual({ logId: "log-b", epoch: 1, position: 3 });
  expect(feed.refusal).toBe("");
  expect(accepted.at(-1)).toBe("log-b 1 3: router.x@3");
});

type Entry = [key: ResourceKey, position: number];

/** @param defer by default each message is considered when it comes. */
function start(defer: (work: () => void) => void = (work) => work()): void {
  accepted = [];
  feed = new DesiredFeed(
    folder,
    ({ version, resources }) => {
      const keys = [...resources].map(
        ([key, { position, resource }]) => `${key}@${position}${resource?.$case === "gone" ? " gone" : ""}`,
      );
      accepted.push(`${version.logId} ${version.epoch} ${version.position}: ${keys.sort().join(" ")}`);
    },
    { defer },
  );
}

function value(key: ResourceKey, position: number, { logId = "log-a", epoch = 1, gone = false } = {}): void {
  const base = DesiredResource.fromPartial({ logId, epoch, position });
  const resource = gone ? ({ $case: "gone", value: {} } as const) : ({ $case: "router", value: emptyRouter } as const);
  feed.resource(key, { ...base, resource });
}

const emptyRouter = DesiredRouter.fromPartial({ routerId: "r" });

/** And waits for the disk. */
async function commit(position: number, entries: readonly Entry[], { logId = "log-a", epoch = 1 } = {}): Promise<void> {
  const digest = manifestDigest(entries.map(([key, at]) => ({ key, position: at })));
  feed.manifest(NodeManifest.fromPartial({ logId, epoch, position, digest, keyCount: entries.length }));
  await feed.kept();
}
