import { askForLease, controlHost, type LabInstance, nodeHosts, startCapture } from "@rhumbline/infra/lab";
import { nodeAgent } from "../../stack/programs.ts";
import { stackIn } from "../../stack/stack.ts";
import type { Narrator } from "../narrator.ts";
import { answersPing, until } from "../witness.ts";
import type { World } from "../world.ts";

interface Port {
  readonly id: string;
  readonly macAddress: string;
  readonly fixedIps: readonly { readonly ipAddress: string }[];
}

/** Two nodes join, and an instance on one of them gets its lease and finds its neighbours on the other.
 *  @returns that instance. */
export async function moreNodes({ lab, stack, first }: World, tell: Narrator): Promise<LabInstance> {
  tell.part("Two more nodes join");
  const [, ...joining] = nodeHosts("node1", "node2", "node3");
  const agents = stackIn(
    lab,
    controlHost.name,
    joining.map((node) => nodeAgent(node, controlHost)),
  );
  await tell.step("start an agent on node2 and on node3", () => agents.start());
  await tell.step("wait until all three are alive", () => stack.ready(3));
  tell.shown("rhumb node list", (await stack.rhumb("node", "list")).stdout);

  await tell.step("rhumb subnet set web-v4 --dhcp --wait", () => stack.json("subnet", "set", "web-v4", "--dhcp"));
  const create = ["port", "create", "third", "--network", "web", "--host", "node2"];
  const { port } = await tell.step(`rhumb ${create.join(" ")}`, () => stack.json<{ port: Port }>(...create));
  const third = await lab.host("node2").plugInstance({ name: "third", portId: port.id, mac: port.macAddress });
  const began = performance.now();
  let lease = await askForLease(third);
  await until("the instance has a lease", async () => {
    lease ??= await askForLease(third);
    return lease !== undefined;
  });
  tell.figure("an instance on another node: plugged to its lease", `${Math.round(performance.now() - began)} ms`);
  const { ip = "", router = "", subnet = "", mtu = "" } = lease ?? {};
  tell.shown("busybox udhcpc, in the instance", `ip ${ip}, netmask ${subnet}, router ${router}, MTU ${mtu}`);
  tell.proved(`its port's address came by DHCP: ${ip}`, ip === port.fixedIps[0]?.ipAddress);
  await third.output(["ip", "address", "add", `${ip}/24`, "dev", "eth0"]);
  await third.output(["ip", "route", "add", "default", "via", router]);

  const tunnels = await startCapture(lab.fabric, "node2-eth0", "udp port 4789");
  const neighbour = first.plan.address?.replace(/\/.*/, "") ?? "";
  await until("instances on two nodes reach each other", () => answersPing(third, neighbour));
  const carried = (await tunnels.stop()).filter((packet) => packet.includes("ICMP echo"));
  tell.proved(`third on node2 → first ${neighbour} on node1, in VXLAN between the nodes`, carried.length > 0);
  return third;
}
