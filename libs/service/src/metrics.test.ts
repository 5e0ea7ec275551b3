import { randomUUID } from "node:crypto";
import { createMemoryStore } from "@rhumbline/event-sourcing/memory";
import { expect, test } from "vitest";
import { firstWaiting } from "./metrics.ts";

test("what is nothing to a fold does not wait for it", async () => {
  const store = createMemoryStore();
  const made = async (type: string) => {
    const event = { id: randomUUID(), type, data: {}, metadata: {} };
    return (await store.append("subnet-1", "any", [event])).position;
  };
  const fold = { position: await made("Folded"), streamPrefixes: ["subnet-"], ignoredTypes: new Set(["Ignored"]) };
  await made("Ignored");
  expect(await firstWaiting(store, fold)).toBeUndefined();
  await made("Waiting");
  expect(await firstWaiting(store, fold)).toMatchObject({ type: "Waiting" });
});
