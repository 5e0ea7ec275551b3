import { controlHost, type LabProcess } from "@rhumbline/infra/lab";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { controlPlane } from "../../../infra/stack/programs.ts";
import { eventually } from "../../support/eventually.ts";
import { expectVerified } from "../../support/expect-verified.ts";
import { type NodeLab, startNodeLab } from "../../support/node-lab.ts";
import { requiresRoot } from "../../support/requires-root.ts";

const routers = ["r1", "r2", "r3", "r4"];
/** A node whose agent sleeps is to stay one that takes routers. */
const patient = { env: { RHUMBLINE_NODE_TIMEOUT_SECONDS: "600" } };

describe("a drain while schedulers come and go", requiresRoot, () => {
  let nodes: NodeLab;
  const addresses: string[] = [];

  beforeAll(async () => {
    nodes = await startNodeLab("node1", "node2");
    await nodes.stack.kill(["router-scheduler"]);
    await nodes.stack.start(["router-scheduler"], patient);
    await nodes.stack.ready(2);
    await nodes.stack.json("node", "cordon", "node2");
    for (const name of routers) addresses.push(await nodes.makeRouter(name));
    await nodes.stack.json("node", "uncordon", "node2");
  }, 400_000);
  afterAll(() => nodes?.down());

  test("goes on after the scheduler was killed in the middle", async () => {
    const goOn = await startDrain("node1", "node2");
    await nodes.stack.kill(["router-scheduler"]);
    await nodes.stack.start(["router-scheduler"], patient);
    goOn();
    await nodes.stack.ready(2);
    await drainedTo("node1", "node2");
    expect((await nodes.registered("node1")).cordoned).toBe(true);
    await nodes.stack.json("node", "uncordon", "node1");
  });

  test("goes on by another scheduler while the first sleeps, and is none the worse for its waking up", async () => {
    const first = nodes.stack.process("router-scheduler");
    const second = await startSecondScheduler();
    const boundBefore = await timesBound();
    const goOn = await startDrain("node2", "node1");
    first?.kill("SIGSTOP");
    goOn();
    await eventually(async () => expect(await seenBySecond("node2")).not.toMatch(/"(drain|routerCount)":/));
    first?.kill("SIGCONT");
    await drainedTo("node2", "node1");
    // Each was bound once more, whoever bound it.
    expect(await timesBound()).toEqual(boundBefore.map((times) => times + 1));
    second.kill("SIGTERM");
    await second.exited;
    await nodes.stack.json("node", "uncordon", "node2");
    await expectVerified(nodes.stack);
  });

  /** Begins a drain that waits in the middle of its first move: the agent of the node that is to hold the router sleeps.
   *  @returns call it to wake that up. */
  async function startDrain(from: string, to: string): Promise<() => void> {
    const taker = nodes.stack.process(`agent-${to}`);
    expect(taker).toBeDefined();
    taker?.kill("SIGSTOP");
    await nodes.stack.json("node", "drain", from, "--at-once", "1");
    await eventually(async () => {
      const { drain } = await nodes.registered(from);
      expect(drain).toMatchObject({ routersAtStart: routers.length, movingRouterIds: [expect.any(String)] });
    });
    return () => taker?.kill("SIGCONT");
  }

  async function drainedTo(from: string, to: string): Promise<void> {
    const drained = await nodes.stack.rhumb("node", "drain", from, "--at-once", "1", "--wait");
    expect(drained).toMatchObject({ code: 0, stderr: "" });
    for (const name of routers) expect(await nodes.nodeOf(name)).toBe(to);
    for (const address of addresses) await eventually(async () => expect(await nodes.answers(address)).toBe(true));
    await eventually(async () => expect(await nodes.lab.host(from).netnsNames()).toEqual([]));
  }

  /** How many times each router was bound to a node, as the log has it. */
  async function timesBound(): Promise<number[]> {
    const { stdout } = await nodes.stack.rhumb("events", "--since", "start", "-o", "json");
    const events = stdout.trimEnd().split("\n");
    const bound = events.filter((line) => line.includes("RouterBound"));
    const ids = [...new Set(bound.map((line) => /routerBinding-([0-9a-f-]+)/.exec(line)?.[1] ?? ""))].sort();
    return ids.map((id) => bound.filter((line) => line.includes(`routerBinding-${id}`)).length);
  }

  /** A replica with ports and data of its own. */
  function startSecondScheduler(): Promise<LabProcess> {
    const { argv = [] } = controlPlane(controlHost).find(({ name }) => name === "router-scheduler") ?? {};
    const own = argv.map((word) =>
      word
        .replace(/^127\.0\.0\.1:(41|91)03$/, (_, port: string) => `127.0.0.1:${port}13`)
        .replace(/(\/rhumbline\/router-scheduler)$/, "$1-2"),
    );
    return nodes.lab.host("control").spawn(own, { name: "router-scheduler-2", ...patient });
  }

  const seenBySecond = (node: string): Promise<string> =>
    nodes.lab.host("control").output(["rhumb", "--scheduler", "127.0.0.1:4113", "-o", "json", "node", "get", node]);
});
