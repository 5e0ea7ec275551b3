import { type LabHost, startPing } from "@rhumbline/infra/lab";
import type { Narrator } from "../narrator.ts";
import { answersPing, holdOpen, until } from "../witness.ts";
import type { World } from "../world.ts";

const pingEveryMs = 20;

/** A drain and a power-off, with a ping and a connection through the router that has to go elsewhere. */
export async function nodesGo(world: World, tell: Narrator): Promise<void> {
  const { lab, stack, outside, floatingIp, routerId } = world;
  const namespace = `qrouter-${routerId}`;
  const holds = async (host: LabHost): Promise<boolean> =>
    host.isOn() && (await host.netnsNames()).some((name) => name === namespace);
  const holder = async (): Promise<string> => {
    for (const host of lab.hosts) if (await holds(host)) return host.name;
    return "";
  };

  tell.part(`A node is drained, with a ping every ${pingEveryMs} ms and an open connection to ${floatingIp.address}`);
  const connection = await holdOpen(outside, floatingIp.address);
  await until("a connection stands", connection.established);
  const goesOn = (): void =>
    tell.proved("the connection that was open before goes on", connection.end() === undefined, connection.end());
  const drain = await startPing(outside, floatingIp.address, pingEveryMs);
  await tell.step("rhumb node drain node1 --wait", () => stack.json("node", "drain", "node1", "--wait"));
  await until("no router is left in the kernel of node1", async () => !(await holds(lab.host("node1"))));
  const drained = await drain.stop();
  tell.proved(`its routers' namespaces are gone from node1; r1 stands on ${await holder()}`, (await holder()) !== "");
  tell.figure("a node drained: longest silence of the floating IP", `${drained.longestGapMs} ms`);
  goesOn();
  await tell.step("rhumb node uncordon node1", () => stack.json("node", "uncordon", "node1"));
  await tell.step("rhumb router move r1 --node node3 --wait", () =>
    stack.json("router", "move", "r1", "--node", "node3", "--wait"),
  );
  await until("r1 stands on node3 alone", async () => (await holder()) === "node3");
  goesOn();

  tell.part("The plug of node3 is pulled");
  const ping = await startPing(outside, floatingIp.address, pingEveryMs);
  await tell.step("power off", () => lab.host("node3").powerOff());
  await until("the router stands elsewhere", async () => (await holder()) !== "");
  await until("the floating IP answers", () => answersPing(outside, floatingIp.address));
  const { longestGapMs } = await ping.stop();
  tell.figure("a node without power: longest silence of the floating IP", `${longestGapMs} ms`);
  tell.proved(`r1 stands on ${await holder()} now, and answers`, true);
  goesOn();
  tell.shown("rhumb node list", (await stack.rhumb("node", "list")).stdout);
  await until("node3 has no router", async () => (await stack.rhumb("node", "delete", "node3")).code === 0);
  tell.proved("node3 is forgotten: rhumb node delete node3", true);
}
