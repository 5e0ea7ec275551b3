import { randomUUID } from "node:crypto";
import { controlHost, type Lab, nodeHosts, type Place, startLab } from "@rhumbline/infra/lab";
import type { Node } from "@rhumbline/proto/rhumbline/scheduler/v1/node";
import { expect } from "vitest";
import { controlPlane, nodeAgent } from "../../infra/stack/programs.ts";
import { type Stack, stackIn } from "../../infra/stack/stack.ts";
import { bundled } from "./bundle.ts";
import { eventually } from "./eventually.ts";
import { downAsLogged, type Unlike } from "./kernel-as-reported/down-as-logged.ts";

const programs = ["event-log", "ipam", "topology", "router-scheduler", "audit", "node-agent", "rhumb"];

/** An installation with several nodes, and a router r1 that answers at its gateway address. */
export interface NodeLab {
  readonly lab: Omit<Lab, "down">;
  readonly stack: Stack;
  /** One hop beyond the provider's gateway. */
  readonly outside: Place;
  /** A router with a gateway, realised. @returns its address outside. */
  makeRouter(name: string, ...flags: readonly string[]): Promise<string>;
  /** The name of the node that a router is bound to. */
  nodeOf(router: string): Promise<string>;
  /** As `rhumb node get` shows it. */
  node(name: string): Promise<Node>;
  answers(address: string): Promise<boolean>;
  /** Ends it. Fails where what the log has of a node is not what its kernel's own programs print; nodes that are off, and
   *  those that the test leaves unlike, are left out. */
  down(unlike?: Unlike): Promise<void>;
}

export async function startNodeLab(names: readonly string[]): Promise<NodeLab> {
  await Promise.all(programs.map(bundled));
  const hosts = nodeHosts(...names);
  const lab = await startLab({ name: `nodes-${randomUUID().slice(0, 8)}`, hosts: [controlHost, ...hosts] });
  const agents = hosts.map((host) => nodeAgent(host, controlHost));
  const stack = stackIn(lab, "control", [...controlPlane(controlHost), ...agents]);
  await stack.start();
  await stack.ready(names.length);
  await stack.json("network", "create", "public", "--external", "--type", "flat", "--physical-network", "physnet1");
  const outside = ["--gateway", "203.0.113.1", "--pool", "203.0.113.10-203.0.113.200"];
  await stack.json("subnet", "create", "public-v4", "--network", "public", "--cidr", "203.0.113.0/24", ...outside);
  return {
    lab,
    stack,
    outside: lab.internet,
    async makeRouter(name, ...flags) {
      const { router } = await stack.json<{ router: { externalGateway: { addresses: { ipAddress: string }[] } } }>(
        ...["router", "create", name, "--gateway", "public", "--wait", ...flags],
      );
      const address = router.externalGateway.addresses[0]?.ipAddress ?? "";
      await eventually(async () => expect((await ping(lab.internet, address)).code).toBe(0));
      return address;
    },
    async nodeOf(router) {
      const { candidates, presentNodeId } = await stack.json<{
        candidates: { nodeId: string; nodeName: string }[];
        presentNodeId: string;
      }>("explain", "router", router);
      return candidates.find(({ nodeId }) => nodeId === presentNodeId)?.nodeName ?? "";
    },
    node: async (name) => (await stack.json<{ node: Node }>("node", "get", name)).node,
    answers: async (address) => (await ping(lab.internet, address)).code === 0,
    down: (unlike) => downAsLogged(lab, stack, unlike),
  };
}

const ping = (place: Place, address: string) => place.run(["ping", "-n", "-c", "1", "-W", "1", address]);
