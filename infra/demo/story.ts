import { controlHost, type Lab, nodeHosts } from "@rhumbline/infra/lab";
import { controlPlane, nodeAgent } from "../stack/programs.ts";
import { stackIn } from "../stack/stack.ts";
import { blockAndAllow } from "./chapters/block-and-allow.ts";
import { buildTopology } from "./chapters/build-topology.ts";
import { changeByHand } from "./chapters/change-by-hand.ts";
import { deleteEverything } from "./chapters/delete-everything.ts";
import { floatingIps } from "./chapters/floating-ips.ts";
import { fromAFile } from "./chapters/from-a-file.ts";
import { killEverything } from "./chapters/kill-everything.ts";
import { lookInside } from "./chapters/look-inside.ts";
import { moreNodes } from "./chapters/more-nodes.ts";
import { nodesGo } from "./chapters/nodes-go.ts";
import { startAgain } from "./chapters/start-again.ts";
import { tryTraffic } from "./chapters/try-traffic.ts";
import type { Narrator } from "./narrator.ts";

/** The main job, told in chapters. Each proves what it says with tools that are not ours. */
export async function runStory(lab: Lab, tell: Narrator): Promise<void> {
  const [node] = nodeHosts("node1");
  if (node === undefined) throw new Error("the lab has no node");
  const stack = stackIn(lab, controlHost.name, [...controlPlane(controlHost), nodeAgent(node, controlHost)]);

  tell.part("An installation: NATS, the event log, five services, an agent on the node");
  await tell.step("start the processes", () => stack.start());
  await tell.step("wait until they serve and the node has registered", () => stack.ready(1));

  const world = await buildTopology(lab, stack, tell);
  await tryTraffic(world, tell);
  await floatingIps(world, tell);
  await blockAndAllow(world, tell);
  await lookInside(world, tell);
  await fromAFile(world, tell);
  await changeByHand(world, tell);
  const before = await killEverything(world, tell);
  await startAgain(world, before, tell);
  const third = await moreNodes(world, tell);
  await nodesGo(world, tell);
  await deleteEverything(world, third, tell);
}
