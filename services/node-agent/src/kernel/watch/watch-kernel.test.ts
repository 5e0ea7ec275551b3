import { spawn } from "node:child_process";
import { createLogger } from "@rhumbline/telemetry";
import { expect, test, vi } from "vitest";
import { allParts, type ChangedPlaces } from "../places.ts";
import { watchKernel } from "./watch-kernel.ts";

test("each start of the program that listens means that anything may have changed; its lines say where", async () => {
  const told: ChangedPlaces[] = [];
  const lines = "* ready\\n- link\\nqrouter-1 rules\\n";
  const watch = watchKernel({
    changed: (places) => told.push(places),
    logger: createLogger("test", "error"),
    start: () => spawn("printf", [lines]),
  });
  const once: ChangedPlaces[] = ["anywhere", new Map(["", "qrouter-1"].map((place) => [place, allParts]))];
  await vi.waitFor(() => expect(told).toEqual([...once, ...once]), { timeout: 30_000 });
  watch.stop();
});
