import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { eventLogCommand } from "../../support/event-log-process.ts";

function run(...args: string[]): { code: number | null; output: string } {
  const [program = "", ...rest] = eventLogCommand("", "").slice(0, 4);
  const cwd = join(import.meta.dirname, "../../..");
  const { status, stdout, stderr } = spawnSync(program, [...rest, ...args], { cwd, encoding: "utf8", env: {} });
  return { code: status, output: stdout + stderr };
}

describe("the event-log program", () => {
  test("--help names every flag and its variable", () => {
    const { code, output } = run("--help");
    expect(code).toBe(0);
    for (const word of ["--listen", "--data", "--log-level", "--insecure", "RHUMBLINE_LISTEN", "RHUMBLINE_DATA"]) {
      expect(output).toContain(word);
    }
  });

  test.each([
    { args: [], says: "--data" },
    { args: ["--data", "/nonexistent", "--listen", "2113"], says: "expected HOST:PORT" },
    { args: ["--data", "/nonexistent", "--log-level", "loud"], says: "expected debug, info, warn or error" },
    { args: ["--data", "/nonexistent", "--listen", "0.0.0.0:0"], says: "pass --insecure" },
  ])("$args is refused: $says", ({ args, says }) => {
    const { code, output } = run(...args);
    expect(code).not.toBe(0);
    expect(output).toContain(says);
  });
});
