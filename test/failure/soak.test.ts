import { describe, expect, test } from "vitest";
import { soak } from "../soak/soak.ts";
import { summary } from "../soak/summary.ts";
import { requiresRoot } from "../support/requires-root.ts";

const seed = Number(process.env["RHUMBLINE_TEST_SEED"] ?? 1);

describe("a short soak", requiresRoot, () => {
  test("of random commands, kills and changes by hand ends as it should", async () => {
    process.stdout.write(`soak: seed ${seed}; the same again: make soak minutes=1 seed=${seed}\n`);
    const result = await soak({ minutes: 0.5, seed, progress: () => undefined });
    process.stdout.write(summary(result));
    expect(result.failures).toEqual([]);
    expect(result.commands.done).toBeGreaterThan(0);
    expect(result.faults.length).toBeGreaterThan(0);
  });
});
