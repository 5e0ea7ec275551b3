import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { missingPrograms } from "./required-programs.ts";

test("a program that is in no folder of PATH, or may not be run, is missing, and its Debian package is named", () => {
  const folder = mkdtempSync(join(tmpdir(), "rhumbline-programs-"));
  try {
    const all = missingPrograms("nftables", folder);
    expect(all).toContainEqual({ program: "arping", package: "iputils-arping" });
    for (const { program } of all) {
      writeFileSync(join(folder, program), "");
      chmodSync(join(folder, program), 0o755);
    }
    expect(missingPrograms("nftables", `/nowhere:${folder}`)).toEqual([]);
    const ofIptables = ["ip6tables-restore", "ip6tables-save", "ipset"];
    expect(missingPrograms("iptables", folder).map(({ program }) => program)).toEqual(ofIptables);
    chmodSync(join(folder, "ip"), 0o644);
    expect(missingPrograms("nftables", folder)).toEqual([{ program: "ip", package: "iproute2" }]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
