import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ControlPlane, refusal, startControlPlane } from "../topology/control-plane.ts";
import { floatingIpRows } from "./floating-ip-rows.ts";
import { networkRows } from "./network-rows.ts";
import { portRows } from "./port-rows.ts";
import type { RefusalRow } from "./refusal-row.ts";
import { routerRows } from "./router-rows.ts";
import { securityGroupRows } from "./security-group-rows.ts";
import { subnetPoolRows } from "./subnet-pool-rows.ts";
import { subnetRows } from "./subnet-rows.ts";

const rowsByResource: Readonly<Record<string, readonly RefusalRow[]>> = {
  Networks: networkRows,
  Subnets: subnetRows,
  "Subnet pools": subnetPoolRows,
  Ports: portRows,
  Routers: routerRows,
  "Floating IPs": floatingIpRows,
  "Security groups": securityGroupRows,
};

/** One for all cases: each makes its own networks. */
let shared: ControlPlane;
beforeAll(async () => {
  shared = await startControlPlane();
});
afterAll(() => shared.stop());

describe.each(Object.entries(rowsByResource))("%s: refused", (_, rows) => {
  test.each(rows.map((row) => [row.when, row] as const))("when %s", async (_when, row) => {
    const own = row.settings && (await startControlPlane({ settings: row.settings }));
    try {
      const { ask } = await row.attempt(own ?? shared);
      const { reason, message } = await refusal(ask());
      expect({ reason, message }).toEqual({ reason: row.reason, message: expect.stringMatching(row.says) });
    } finally {
      await own?.stop();
    }
  });
});

test("docs/neutron-refusals.md has exactly these", () => {
  const text = readFileSync(join(import.meta.dirname, "../../../docs/neutron-refusals.md"), "utf8");
  const written = text.split("\n").filter((line) => /^\| .* \| `[A-Z0-9_]+` \|$/.test(line));
  const tested = Object.values(rowsByResource).flatMap((rows) =>
    rows.map(({ neutron, when, reason }) => `| ${neutron || "none"} | ${when} | \`${reason}\` |`),
  );
  expect(written).toEqual(tested);
});
