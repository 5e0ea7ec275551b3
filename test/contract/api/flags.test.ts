import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { describe, expect, test } from "vitest";
import { bundled } from "../../support/bundle.ts";

async function run(service: string, ...args: readonly string[]) {
  const child = spawn(process.execPath, [await bundled(service), ...args], { stdio: ["ignore", "pipe", "pipe"] });
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  return { code: code as number, stdout, stderr };
}

const services = ["ipam", "topology", "router-scheduler", "audit", "node-agent", "event-log"];
/** Flags without which a service says so before it says anything else. */
const required: Readonly<Record<string, readonly string[]>> = { "event-log": ["--data", "/dev/null"] };

describe.each(services)("%s", (service) => {
  test("tells its flags and ends well", async () => {
    const { code, stdout } = await run(service, "--help");
    expect(code).toBe(0);
    expect(stdout).toContain("--listen");
    expect(stdout).toContain("--log-level");
  });

  test.each([
    [["--nonsense"], "--nonsense"],
    [["--listen", "nowhere"], "--listen"],
    [["--listen", "127.0.0.1:70000"], "--listen"],
    [["--log-level", "loud"], "--log-level"],
  ])("ends at once with %j, and names the flag", async (args, flag) => {
    const { code, stderr } = await run(service, ...args, ...(required[service] ?? []));
    expect(code).not.toBe(0);
    expect(stderr).toContain(flag);
    expect(stderr).not.toContain("    at ");
  });
});

describe.each(["ipam", "topology", "router-scheduler", "audit", "node-agent"])("%s", (service) => {
  test("does not listen beyond loopback unasked", async () => {
    const { code, stderr } = await run(service, "--listen", "0.0.0.0:4999");
    expect(code).toBe(2);
    expect(stderr).toContain("--insecure");
  });
});

describe("topology", () => {
  test.each(["physnet1", "physnet1:0-9", "physnet1:9-8", "physnet1:1-4095", "no name:1-2", "a:1-2,a:3-4"])(
    "takes %j for no range of VLAN ids",
    async (range) => {
      const { code, stderr } = await run("topology", "--vlan-range", range);
      expect(code).not.toBe(0);
      expect(stderr).toMatch(/--vlan-range.*accepted is/s);
      expect(stderr).not.toContain("    at ");
    },
  );
});

describe.each(["ipam", "topology", "router-scheduler", "audit"])("%s", (service) => {
  test("refuses an event log's address that can't be read", async () => {
    const { code, stderr } = await run(service, "--log", "127.0.0.1:2113");
    expect(code).not.toBe(0);
    expect(stderr).toContain("--log");
    expect(stderr).not.toContain("    at ");
  });
});
