import { fileURLToPath } from "node:url";
import { type KernelWrite, monitorKernelWrites, type RunningPing, startPing } from "@rhumbline/infra/lab";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { expectVerified } from "../../support/expect-verified.ts";
import { type NodeLab, startNodeLab } from "../../support/node-lab.ts";
import { requiresRoot } from "../../support/requires-root.ts";

const repository = fileURLToPath(new URL("../../..", import.meta.url));
const store = "/var/lib/rhumbline/nats";
const names = ["node1", "node2"];
const agents = names.map((name) => `agent-${name}`);

/** The bucket of desired state goes, as somebody with access to NATS could make it. */
const deleteBucket = `
  import { connect } from "@nats-io/transport-node";
  import { jetstreamManager } from "@nats-io/jetstream";
  const nc = await connect({ servers: "nats://127.0.0.1:4222" });
  await (await jetstreamManager(nc)).streams.delete("KV_DESIRED");
  await nc.close();`;

describe(
  "nodes whose bus is restarted, wiped or restored, and whose scheduler follows another log",
  requiresRoot,
  () => {
    let nodes: NodeLab;
    let addresses: string[];
    let pings: RunningPing[];
    let made = 0;

    beforeAll(async () => {
      nodes = await startNodeLab(...names);
      addresses = [await nodes.makeRouter("r1"), await nodes.makeRouter("r2")];
    }, 400_000);
    afterAll(() => nodes?.down());

    beforeEach(async () => {
      pings = await Promise.all(addresses.map((address) => startPing(nodes.outside, address)));
    });
    afterEach(async () => {
      for (const ping of pings) expect((await ping.stop()).lost).toEqual([]);
    });

    test("NATS restarted: nothing is written, and what is asked for next is done", async () => {
      const written = await watchWrites();
      await nodes.stack.kill(["nats"]);
      await nodes.stack.start(["nats"]);
      await nodes.stack.ready(names.length);
      expect(await written()).toEqual([]);
      await expectToGoOn();
    });

    test("NATS wiped: the bucket is filled again, nothing is written, and what is asked for next is done", async () => {
      const written = await watchWrites();
      await nodes.stack.kill(["nats"]);
      await control("rm", "-rf", store);
      await nodes.stack.start(["nats"]);
      await eventually(() => expectVerified(nodes.stack));
      expect(await written()).toEqual([]);
      await expectToGoOn();
    });

    test("NATS restored from an older copy while all agents restart: nothing that was done since is undone", async () => {
      await nodes.stack.kill(["nats"], "SIGTERM");
      await control("cp", "-a", store, `${store}-copy`);
      await nodes.stack.start(["nats"]);
      await nodes.makeRouter("r3");
      const written = await watchWrites();
      await nodes.stack.kill(["nats", ...agents]);
      await control("rm", "-rf", store);
      await control("mv", `${store}-copy`, store);
      await nodes.stack.start(["nats", ...agents]);
      await eventually(() => expectVerified(nodes.stack));
      expect(await written()).toEqual([]);
      await expectToGoOn();
    });

    test("the bucket deleted under load: it is filled again, and all that was asked for is done", async () => {
      const load = [1, 2, 3, 4].map((each) => makeRouter(`load${each}`));
      await control("node", "--input-type=module", "-e", deleteBucket);
      await Promise.all(load);
      await eventually(() => expectVerified(nodes.stack));
    });

    test("a scheduler that follows an empty log: nothing is written, agents that start meanwhile included", async () => {
      const written = await watchWrites();
      await nodes.stack.kill(["router-scheduler", "agent-node1"]);
      const host = nodes.lab.host("control");
      const emptied = nodes.stack.programs.filter(({ name }) => ["event-log", "router-scheduler"].includes(name));
      const strangers = await Promise.all(
        emptied.map(({ name, argv }) => host.spawn(argv.map(asStranger), { name: `stranger-${name}` })),
      );
      await nodes.stack.start(["agent-node1"]);
      const told = () => host.output(["rhumb", "node", "list", "-o", "json"]);
      await eventually(async () => expect(await told()).toMatch(/"alive": true/));
      await eventually(async () => expect(await told()).toMatch(/"refusal": ".*of log/));
      expect(await written()).toEqual([]);
      for (const stranger of strangers) stranger.kill("SIGKILL");
      await Promise.all(strangers.map(({ exited }) => exited));
      await nodes.stack.start(["router-scheduler"]);
      await eventually(() => expectVerified(nodes.stack));
      await expectToGoOn();
    });

    const control = (...argv: string[]): Promise<string> => nodes.lab.host("control").output(argv, { cwd: repository });

    /** @returns what ends it, and tells every change of a node's kernel since. */
    async function watchWrites(): Promise<() => Promise<KernelWrite[]>> {
      const monitors = await Promise.all(names.map((name) => monitorKernelWrites(nodes.lab.host(name))));
      return async () => (await Promise.all(monitors.map((monitor) => monitor.stop()))).flat();
    }

    /** What is asked for now comes about. */
    async function expectToGoOn(): Promise<void> {
      made += 1;
      await makeRouter(`later${made}`);
    }

    const makeRouter = (name: string): Promise<unknown> =>
      nodes.stack.json("router", "create", name, "--gateway", "public", "--wait");
  },
);

/** The same program for a log of its own, at another address. */
const asStranger = (word: string): string =>
  word
    .replace(/:(2113|9106)/, (_, port: string) => `:1${port}`)
    .replace(/\/rhumbline\/(event-log|router-scheduler)$/, "/rhumbline/stranger-$1");
