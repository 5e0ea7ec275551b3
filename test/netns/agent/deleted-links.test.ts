import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Operation } from "../../../services/node-agent/src/plan/operation.ts";
import { type KernelLab, startKernelLab } from "../../support/kernel-lab.ts";
import { requiresRoot } from "../../support/requires-root.ts";

describe.each(["process", "native"] as const)(
  "devices deleted in one batch, by the %s driver",
  requiresRoot,
  (driver) => {
    let lab: KernelLab;
    const onHost = { resource: "network/n", netns: "" } as const;
    const deletionOf = (device: string): Operation => ({ kind: "delete-link", ...onHost, device });
    const standing = async (): Promise<string[]> => {
      const links = await lab.node.output(["ip", "-json", "link", "show", "type", "bridge"]);
      return JSON.parse(links).map(({ ifname }: { ifname: string }) => ifname);
    };

    beforeAll(async () => {
      lab = await startKernelLab(driver);
    });
    afterAll(() => lab.lab.down());

    test("go, and of one that is not there only itself is refused", async () => {
      for (const bridge of ["brq-a", "brq-b", "brq-c"])
        await lab.node.output(["ip", "link", "add", bridge, "type", "bridge"]);

      const refused = await lab.kernel.execute(["brq-a", "brq-gone", "brq-b", "brq-c"].map(deletionOf));
      expect(refused).toMatchObject({ done: 1, error: expect.stringContaining("brq-gone") });
      expect(await standing()).not.toContain("brq-a");
      expect(await standing()).toEqual(expect.arrayContaining(["brq-b", "brq-c"]));

      expect(await lab.kernel.execute(["brq-b", "brq-c"].map(deletionOf))).toEqual({ done: 2, error: undefined });
      expect(await standing()).not.toEqual(expect.arrayContaining([expect.stringMatching(/brq-[bc]/)]));
    });
  },
);
