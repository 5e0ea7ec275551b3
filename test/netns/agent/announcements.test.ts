import { setTimeout as pause } from "node:timers/promises";
import { startCapture } from "@rhumbline/infra/lab";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type DesiredState,
  desiredState,
  externalNetwork,
  floatingIp,
  router,
  tenantNetwork,
} from "../../../services/node-agent/src/kernel/contract/sample-state.ts";
import { eventually } from "../../support/eventually.ts";
import { type KernelLab, startKernelLab } from "../../support/kernel-lab.ts";
import { requiresRoot } from "../../support/requires-root.ts";

const gateway = "203.0.113.101";
/** Gratuitous ARP has its address as sender and as target. */
const gratuitous = "arp[14:4] = arp[24:4]";
const networks = [externalNetwork(), tenantNetwork(1)] as const;
/** Longer than there is between any two. */
const afterTheLastMs = 2_500;

// The process driver doesn't see whether a leg carries frames: the first may be lost.
describe.each([["native", 2] as const, ["process", 3] as const])(
  "an address is announced time and again, kernel by %s,",
  requiresRoot,
  (driver, often) => {
    let kernelLab: KernelLab;

    beforeAll(async () => {
      kernelLab = await startKernelLab(driver);
    });
    afterAll(() => kernelLab.lab.down());

    /** How often the wire hears of each address. */
    async function heardOnTheWire(state: DesiredState): Promise<Record<string, number>> {
      const capture = await startCapture(kernelLab.node, "eth1", gratuitous);
      expect((await kernelLab.realise(state)).failures).toEqual([]);
      await eventually(() => expect(capture.packets().length).toBeGreaterThanOrEqual(often));
      await pause(afterTheLastMs);
      const addresses = (await capture.stop()).map((line) =>
        /who-has (\S+)|Announcement (\S+)/.exec(line)?.slice(1).join(""),
      );
      const times: Record<string, number> = {};
      for (const address of addresses) times[address ?? ""] = (times[address ?? ""] ?? 0) + 1;
      return times;
    }

    test("of a router that was just made, as soon as its leg carries frames", async () => {
      expect(await heardOnTheWire(desiredState(...networks, router(1, [1])))).toEqual({ [gateway]: often });
    });

    test("that came to a leg which stands", async () => {
      const state = desiredState(...networks, router(1, [1]), floatingIp(1, 1, "10.0.1.11"));
      expect(await heardOnTheWire(state)).toEqual({ "203.0.113.201": often });
    });

    test("and no more once it was taken away: another router may have it", async () => {
      const withFloatingIp = desiredState(...networks, router(1, [1]), floatingIp(1, 1, "10.0.1.11"));
      for (const state of [
        desiredState(...networks, router(1, [1])),
        withFloatingIp,
        desiredState(...networks, router(1, [1])),
      ])
        expect((await kernelLab.realise(state)).failures).toEqual([]);
      const capture = await startCapture(kernelLab.node, "eth1", gratuitous);
      await pause(afterTheLastMs);
      expect(await capture.stop()).toEqual([]);
    });

    test("of a router whose door opens: another node may have answered for it", async () => {
      const closed = desiredState(...networks, router(1, [1], { standby: true }));
      expect((await kernelLab.realise(closed)).failures).toEqual([]);
      expect(await heardOnTheWire(desiredState(...networks, router(1, [1])))).toEqual({ [gateway]: often });
    });
  },
);
