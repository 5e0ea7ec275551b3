import { closeSync, openSync } from "node:fs";
import { expect, test } from "vitest";
import { FileWrites } from "./file-writes.ts";
import { SysctlFiles } from "./sysctl-files.ts";

test("however many sysctls are looked at, numbers that select(2) knows stay free", () => {
  const names = Array.from({ length: 1_500 }, () => "net.ipv4.ip_forward");
  const files = new SysctlFiles("", names, new FileWrites(), () => {});
  const next = openSync("/dev/null", "r");
  try {
    expect(next).toBeLessThan(1_024);
  } finally {
    closeSync(next);
    files.close();
  }
});
