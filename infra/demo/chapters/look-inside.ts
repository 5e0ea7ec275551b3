import type { Narrator } from "../narrator.ts";
import type { World } from "../world.ts";

/** The kernel as its own tools show it, and the events as a NATS subscriber gets them. */
export async function lookInside({ node, stack, routerId }: World, tell: Narrator): Promise<void> {
  tell.part("What stands in the kernel, and why");
  const namespace = node.netns(`qrouter-${routerId}`);
  tell.shown(
    `ip netns exec ${namespace.title.split("/")[1]} ip -brief address`,
    await namespace.output(["ip", "-brief", "address"]),
  );
  tell.shown("nft list table ip rhumbline", await namespace.output(["nft", "list", "table", "ip", "rhumbline"]));

  const { stdout } = await stack.rhumb("events", "--nats", "--since", "start");
  const events = stdout.trimEnd().split("\n");
  tell.shown(
    `rhumb events --nats --since start   (${events.length} events; the last 12)`,
    events.slice(-12).join("\n"),
  );
  tell.proved("the subscriber got events", events.length > 20);
}
