import { jetstreamManager } from "@nats-io/jetstream";
import { connectBus } from "@rhumbline/messaging";
import { createLogger } from "@rhumbline/telemetry";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { startTcpProxy } from "../../support/tcp-proxy.ts";
import { type Installation, startInstallation } from "./installation.ts";

const networks = ["--subject", "rhumbline.evt.*.network.>"];
const lines = (text: string): string[] => text.split("\n").slice(0, -1);

describe("rhumb events --follow", { timeout: 240_000 }, () => {
  let it: Installation;
  let ends: (() => void)[] = [];
  let made = 0;

  const follow = (...args: readonly string[]) => {
    const following = it.following("events", "--follow", ...args, "-o", "name");
    ends.push(() => following.child.kill());
    return following;
  };
  const createNetworks = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i += 1) await it.json("network", "create", `n${made++}`);
  };
  /** The ids of all events that the log has, in its order. */
  const logged = async (...args: readonly string[]): Promise<string[]> =>
    lines((await it.rhumb("events", ...args, "-o", "name")).stdout);
  const ofNetworks = ["--filter", 'kind = "network"'];
  const relayed = () => eventually(async () => expect((await it.rhumb("status")).stdout).toContain("the bus has all"));
  /** Drops what EVENTS has, but for the last. */
  const trim = async (): Promise<void> => {
    const bus = connectBus({ servers: [it.nats.url], name: "test", logger: createLogger("test", "error") });
    try {
      await eventually(() => expect(bus.connected).toBe(true));
      await (await jetstreamManager(bus.nats())).streams.purge("EVENTS", { keep: 1 });
    } finally {
      await bus.close();
    }
  };

  beforeAll(async () => {
    it = await startInstallation();
    await createNetworks(2);
    await relayed();
  }, 240_000);
  afterEach(() => {
    for (const end of ends) end();
    ends = [];
  });
  afterAll(() => it.stop());

  test("from a time on, by a filter, goes on with what comes", async () => {
    const before = new Date(Date.now() + 1).toISOString();
    await createNetworks(1);
    const { printed } = follow("--since", before, ...ofNetworks);
    const expected = (await logged(...ofNetworks)).slice(2);
    expect(expected).toHaveLength(1);
    await eventually(() => expect(lines(printed())).toEqual(expected));
    await it.json("subnet", "create", "s0", "--network", "n0", "--cidr", "10.0.0.0/24");
    await createNetworks(1);
    const further = (await logged(...ofNetworks)).slice(2);
    await eventually(() => expect(lines(printed())).toEqual(further));
    expect(further).toHaveLength(2);
  });

  test("goes on after audit was away, with what was appended meanwhile", async () => {
    const { printed, noted } = follow("--since", "start");
    await eventually(async () => expect(lines(printed())).toEqual(await logged()));
    await it.restartAudit(() => createNetworks(2));
    await eventually(async () => expect(lines(printed())).toEqual(await logged()));
    expect(noted()).toMatch(/^rhumb: .*; going on after position \d+ when it is back\n$/);
  });

  test("from the bus: what was trimmed while it was not reached comes from the log, and is told", async () => {
    await relayed();
    const proxy = await startTcpProxy(it.nats.url.replace("nats://", ""));
    try {
      const all = follow("--nats", `nats://${proxy.address}`, "--since", "start");
      const some = follow("--nats", `nats://${proxy.address}`, "--since", "start", ...networks);
      await eventually(async () => expect(lines(all.printed())).toEqual(await logged()));
      await eventually(async () => expect(lines(some.printed())).toEqual(await logged(...ofNetworks)));
      proxy.hold();
      proxy.cut();
      await createNetworks(4);
      await relayed();
      await trim();
      proxy.release();
      await createNetworks(1);
      await eventually(async () => expect(lines(all.printed())).toEqual(await logged()));
      await eventually(async () => expect(lines(some.printed())).toEqual(await logged(...ofNetworks)));
      const told = /^rhumb: the bus has not all events after position \d+ and before \d+: these are from the log$/gm;
      expect(all.noted().match(told)).toHaveLength(1);
      expect(some.noted().match(told)).toHaveLength(1);
    } finally {
      await proxy.close();
    }
  });

  test("from the bus: goes on over a NATS that lost all it had, each event once", async () => {
    await relayed();
    const { printed } = follow("--nats", it.nats.url, "--since", "start");
    const fromNow = follow("--nats", it.nats.url);
    await eventually(async () => expect(lines(printed())).toEqual(await logged()));
    await eventually(async () => {
      await createNetworks(1);
      expect(lines(fromNow.printed()).length).toBeGreaterThan(0);
    });
    await it.nats.kill();
    await it.nats.wipe();
    await createNetworks(2);
    await it.nats.restart();
    await createNetworks(1);
    await relayed();
    await createNetworks(1);
    await eventually(async () => expect(lines(printed())).toEqual(await logged()));
    await eventually(async () => {
      const [first = ""] = lines(fromNow.printed());
      const all = await logged();
      expect(lines(fromNow.printed())).toEqual(all.slice(all.indexOf(first)));
    });
  });

  test("where the log can't be asked, says how to get what is missing, and goes on", async () => {
    await relayed();
    await trim();
    const { printed, noted } = follow("--nats", it.nats.url, "--since", "start", "--audit", "127.0.0.1:1");
    await eventually(() => expect(lines(printed())).toHaveLength(1));
    expect(noted()).toMatch(
      /^rhumb: the bus has not all events .*connection refused.*rhumb events --since start tells them\n$/,
    );
    await createNetworks(1);
    await eventually(async () => expect(lines(printed()).at(-1)).toBe((await logged()).at(-1)));
  });
});
