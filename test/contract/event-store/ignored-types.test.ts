import { describe, expect, test } from "vitest";
import { embeddedLog } from "./embedded-log.ts";
import { event, newCategory, watch } from "./given.ts";

describe("a subscriber that says which types are nothing to it", () => {
  const log = embeddedLog();

  test.each([0, 20])(
    "gets the others, those that were there and those that come, at least %i ms apart",
    async (intervalMs) => {
      const category = newCategory();
      const made = (stream: string, types: readonly string[]) =>
        log.store.append(
          `${category}-${stream}`,
          "no-stream",
          types.map((type) => event(type)),
        );
      await made("before", ["Kept", "Ignored", "AlsoKept"]);
      await made("nothing-before", ["Ignored", "IgnoredToo"]);
      const ignoredTypes = new Set(["Ignored", "IgnoredToo"]);
      const watched = watch(log.store, { streamPrefixes: [category], ignoredTypes, intervalMs });
      await watched.until(3);
      await made("nothing", ["IgnoredToo"]);
      await made("last", ["Ignored", "Last"]);
      await watched.until(4);
      await watched.stop();
      expect(watched.seen).toEqual(["Kept", "AlsoKept", "(caught up)", "Last"]);
    },
  );

  test("without a filter, too", async () => {
    const watched = watch(log.store, { after: await log.store.lastPosition(), ignoredTypes: new Set(["Ignored"]) });
    await watched.until(1);
    await log.store.append(`${newCategory()}-1`, "no-stream", [event("Ignored"), event("Kept")]);
    await watched.until(2);
    await watched.stop();
    expect(watched.seen).toEqual(["(caught up)", "Kept"]);
  });

  test("is refused with what are no types", async () => {
    const watched = watch(log.store, { ignoredTypes: new Set(["not a type"]) });
    const cause = await watched.dropped;
    expect(cause.message).toMatch(/rhumbline-ignored-event-types: event types between commas are taken/);
  });
});
