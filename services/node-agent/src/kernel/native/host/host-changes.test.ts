import { PersistentMap } from "@rhumbline/event-sourcing";
import { expect, test } from "vitest";
import { changedKeys } from "../../../observed/changed-keys.ts";
import { hostAfter, shareableHost } from "./host-after.ts";
import { hostChanges } from "./host-changes.ts";
import type { ObservedHost } from "./observed-host.ts";

const host: ObservedHost = {
  links: new Map(),
  sysctls: new Map([
    ["net.ipv6.conf.all.disable_ipv6", "0"],
    ["net.ipv6.conf.brq1.disable_ipv6", "1"],
  ]),
  forwarding: new Map([["vxlan-7", { peers: new Set(["192.0.2.2"]), destinations: new Map() }]]),
  neighbours: new Map([["brq1", new Map([["10.0.0.7", "fa:16:3e:00:00:01"]])]]),
  ownNamespaces: ["qrouter-1"],
};

test("of a host that is the same nothing is told, and nothing is another value after it", () => {
  const changes = hostChanges(host, host);
  expect(changes).toEqual({});
  const after = hostAfter(host, changes);
  for (const part of ["links", "sysctls", "forwarding", "neighbours", "ownNamespaces"] as const)
    expect(after[part]).toBe(host[part]);
});

test("what came, went or is otherwise is told alone, and makes the host what it is now", () => {
  const now: ObservedHost = {
    ...host,
    sysctls: new Map([
      ["net.ipv6.conf.all.disable_ipv6", "1"],
      ["net.ipv6.conf.brq2.disable_ipv6", "1"],
    ]),
    neighbours: new Map(),
    ownNamespaces: [],
  };
  const changes = hostChanges(host, now);
  expect(changes).toEqual({
    sysctls: { set: now.sysctls, gone: ["net.ipv6.conf.brq1.disable_ipv6"] },
    neighbours: { set: new Map(), gone: ["brq1"] },
    ownNamespaces: [],
  });
  const after = hostAfter(host, structuredClone(changes));
  expect(after).toEqual({ ...now, sysctls: after.sysctls, neighbours: after.neighbours });
  expect(new Map(after.sysctls)).toEqual(now.sysctls);
  expect(new Map(after.neighbours)).toEqual(now.neighbours);
  expect(after.forwarding).toBe(host.forwarding);
});

test("a host that became otherwise shares with the one before what they have in common", () => {
  const before = shareableHost({ ...host, sysctls: new Map(Array.from({ length: 1000 }, (_, at) => [`${at}`, "1"])) });
  const set = new Map([["7", "0"]]);
  const { sysctls } = hostAfter(before, { sysctls: { set, gone: ["8"] } });
  for (const map of [before.sysctls, sysctls]) expect(map).toBeInstanceOf(PersistentMap);
  expect(changedKeys(before.sysctls, sysctls).toSorted()).toEqual(["7", "8"]);
});
