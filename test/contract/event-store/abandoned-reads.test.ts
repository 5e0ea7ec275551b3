import { connectKurrent } from "@rhumbline/event-sourcing/kurrent";
import { expect, test } from "vitest";
import { startEventLog } from "../../support/event-log-process.ts";
import { all, event, newCategory } from "./given.ts";

/** More than the windows of a connection and what a server keeps for it. */
const [events, bytesEach, readers] = [40, 500_000, 40];

test("readers that leave in the middle hold up none that come after them, however much they left", async () => {
  const server = await startEventLog();
  const store = connectKurrent({ connectionString: server.connectionString });
  const category = newCategory();
  const text = "x".repeat(bytesEach);
  for (let i = 0; i < events; i += 1) await store.append(`${category}-${i}`, "no-stream", [event("Large", { text })]);
  const streamPrefixes = [`${category}-`];
  for (let reader = 0; reader < readers; reader += 1) {
    const direction = reader % 2 === 0 ? "backwards" : "forwards";
    for await (const { type } of store.readAll({ direction, streamPrefixes })) {
      expect(type).toBe("Large");
      break;
    }
  }
  expect(await all(store.readAll({ streamPrefixes }))).toHaveLength(events);
  await store.close();
  await server.stop();
}, 120_000);
