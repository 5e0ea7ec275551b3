import { closeSync, openSync } from "node:fs";
import { expect, test } from "vitest";
import { SysctlFiles } from "./sysctl-files.ts";

test("however many sysctls are looked at, numbers that select(2) knows stay free", () => {
  const files = new SysctlFiles(
    "",
    Array.from({ length: 1_500 }, () => "net.ipv4.ip_forward"),
  );
  const next = openSync("/dev/null", "r");
  try {
    expect(next).toBeLessThan(1_024);
  } finally {
    closeSync(next);
    files.close();
  }
});
