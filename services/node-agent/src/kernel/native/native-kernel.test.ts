import { expect, test } from "vitest";
import { fakeKernel } from "../fake/fake-kernel.ts";
import type { Part } from "../places.ts";
import { nativeKernel } from "./native-kernel.ts";
import type { AskRoom, RoomQuestion } from "./room.ts";

test("rules of the host that only we changed wait where somebody came while its devices were read", async () => {
  const { asked, left, observed, known } = await look({ leavable: [""], comesMeanwhile: true });
  expect(asked).toEqual(["host"]);
  expect(left).toEqual([""]);
  expect(observed.filter).toBe(known.filter);
});

test("they are read where nobody waits, or somebody else changed them", async () => {
  for (const { leavable, comesMeanwhile } of [
    { leavable: [""], comesMeanwhile: false },
    { leavable: [], comesMeanwhile: true },
  ]) {
    const { asked, left } = await look({ leavable, comesMeanwhile });
    expect(asked.toSorted()).toEqual(["host", "list chains"]);
    expect(left).toEqual([]);
  }
});

interface Situation {
  /** Places whose rules only we changed. */
  readonly leavable: readonly string[];
  /** Whether somebody waits from when the devices were read on. */
  readonly comesMeanwhile: boolean;
}

async function look({ leavable, comesMeanwhile }: Situation) {
  const known = await fakeKernel().observe();
  const asked: string[] = [];
  const left: string[] = [];
  const askRoom = async ({ ask }: RoomQuestion): Promise<unknown> => {
    asked.push(ask);
    return { version: 1, host: { ...known, ownNamespaces: [] } };
  };
  const programs = {
    nft: async ({ commands }: { readonly commands: string }) => {
      asked.push(commands);
      return { printed: "", refusal: undefined };
    },
    saveIptables: async () => new Map(),
    readIptables: async () => [],
  };
  const kernel = nativeKernel(askRoom as AskRoom, programs, fakeKernel(), { hasNft: true });
  const observed = await kernel.observe({
    known,
    stale: new Map([["", new Set<Part>(["devices", "rules"])]]),
    isAskedFor: () => false,
    unhurried: {
      rulesOf: new Set(leavable),
      isWaitedFor: () => comesMeanwhile && asked.includes("host"),
      left: (place) => left.push(place),
    },
  });
  return { asked, left, observed, known };
}
