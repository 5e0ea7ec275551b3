import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { bundled } from "../support/bundle.ts";
import { requiresRoot } from "../support/requires-root.ts";

const repository = fileURLToPath(new URL("../..", import.meta.url));

const services = ["event-log", "ipam", "topology", "router-scheduler", "audit", "node-agent"];

describe("the demo", requiresRoot, () => {
  test("tells its story to the end, proves each claim, and leaves nothing behind", async () => {
    await Promise.all([...services.map(bundled), bundled("rhumb")]);
    const name = `demo-${randomUUID().slice(0, 8)}`;
    const demo = spawn(process.execPath, ["--import", "tsx", "infra/demo/main.ts", name], {
      cwd: repository,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const [code, story, errors] = await Promise.all([
      new Promise<number | null>((resolve) => demo.once("close", resolve)),
      text(demo.stdout),
      text(demo.stderr),
    ]);
    const why = /^The demo failed: .*$/m.exec(story)?.[0] ?? "the demo ended without a word of why";
    expect(code, `${why}\n${story}${errors}`).toBe(0);
    expect(story).toContain("✓ verification finds the planted fault");
    expect(story).toContain("✓ diff shows that field and nothing else");
    expect(story).toContain("✓ the instance's own card saw no echo request");
    expect(story).toContain("✓ not one of ");
    expect(story).toContain("✓ its port's address came by DHCP");
    expect(story).toContain("✓ the connection that was open before goes on");
    expect(story).toContain("✓ the agent wrote nothing to the kernel");
    expect(story).toContain("✓ the machine is as it was before");
    expect(story).toMatch(/things proved +\d+/);
  }, 600_000);
});
