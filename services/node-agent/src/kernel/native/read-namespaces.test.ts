import { beforeEach, expect, test } from "vitest";
import { nothingIn } from "../../observed/observed-kernel.ts";
import { fakeKernel } from "../fake/fake-kernel.ts";
import type { ObserveAgain } from "../kernel.ts";
import type { Part, Places } from "../places.ts";
import type { ReadNamespace } from "./observe/observe-namespace.ts";
import { readNamespaces } from "./read-namespaces.ts";
import type { AskRoom, RoomQuestion } from "./room.ts";

const names = Array.from({ length: 10 }, (_, at) => `qrouter-${at}`);
const known = new Map(names.map((name) => [name, nothingIn(name)]));
let asked: (readonly [name: string, parts: readonly Part[]])[];
let gone: ReadonlySet<string>;
let left: string[];

beforeEach(() => {
  asked = [];
  gone = new Set();
  left = [];
});

test("rules that only we changed are read last, and the rest of them not while somebody waits", async () => {
  const stale = new Map(names.map((name) => [name, new Set<Part>(["devices", "rules", "connections"])]));
  const { namespaces, unlisted } = await look(stale, names.slice(0, 8), true);
  expect(asked).toEqual([
    ...names.slice(0, 8).map((name) => [name, ["connections", "devices"]]),
    ...names.slice(8).map((name) => [name, ["connections", "devices", "rules"]]),
    ...names.slice(0, 4).map((name) => [name, ["rules"]]),
  ]);
  expect(left).toEqual(names.slice(4, 8));
  expect([...namespaces.keys()]).toEqual(names);
  expect(unlisted.size).toBe(0);
});

test("while nobody waits all are read, and one that went meanwhile is gone", async () => {
  gone = new Set(["qrouter-5"]);
  const stale = new Map(names.map((name) => [name, new Set<Part>(["rules"])]));
  const { namespaces } = await look(stale, names, false);
  expect(asked.map(([name]) => name)).toEqual(names);
  expect(left).toEqual([]);
  expect([...namespaces.keys()]).toEqual(names.filter((name) => name !== "qrouter-5"));
});

async function look(stale: Places, rulesOf: readonly string[], isWaitedFor: boolean) {
  const again: ObserveAgain = {
    known: { ...(await fakeKernel().observe()), namespaces: known },
    stale,
    isAskedFor: () => true,
    unhurried: {
      rulesOf: new Set(rulesOf),
      isWaitedFor: () => isWaitedFor,
      left: (netns) => left.push(netns),
    },
  };
  const programs = {
    nft: async () => ({ printed: "", refusal: undefined }),
    saveIptables: async () => new Map(),
    readIptables: async () => [],
  };
  return readNamespaces(askRoom as AskRoom, programs, names, again, () => undefined);
}

async function askRoom(question: RoomQuestion): Promise<unknown> {
  if (question.ask === "flows") return new Map(question.namespaces.map((name) => [name, []]));
  if (question.ask !== "namespaces") throw new Error(`nobody asks for ${question.ask} here`);
  asked.push(...[...question.places].map(([name, parts]) => [name, [...parts].sort()] as const));
  const read = (parts: ReadonlySet<Part>): ReadNamespace =>
    parts.has("rules") ? { rules: { hasOldTables: false, tables: [], own: undefined } } : {};
  return new Map([...question.places].flatMap(([name, parts]) => (gone.has(name) ? [] : [[name, read(parts)]])));
}
