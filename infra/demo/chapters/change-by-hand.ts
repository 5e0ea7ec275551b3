import type { Narrator } from "../narrator.ts";
import { until } from "../witness.ts";
import type { World } from "../world.ts";

/** What somebody does in the router's namespace, and how its being whole again is seen there. */
interface Tampering {
  readonly command: readonly string[];
  readonly look: readonly string[];
}

const tamperings: readonly Tampering[] = [
  { command: ["nft", "flush chain ip rhumbline postrouting"], look: ["nft", "list table ip rhumbline"] },
  { command: ["ip", "route", "del", "default"], look: ["ip", "route"] },
  { command: ["sysctl", "-w", "net.ipv4.ip_forward=0"], look: ["sysctl", "net.ipv4.ip_forward"] },
];

/** Somebody changes the router by hand: it is repaired and reported; on a held node, verification finds it. */
export async function changeByHand({ node, stack, routerId }: World, tell: Narrator): Promise<void> {
  tell.part("Somebody changes the router by hand");
  const router = node.netns(`qrouter-${routerId}`);
  for (const { command, look } of tamperings) {
    const before = await router.output(look);
    const typed = command.join(" ");
    await router.output(command);
    const tookMs = await until(`${typed} is repaired`, async () => (await router.output(look)) === before);
    tell.proved(`$ ${typed}   repaired, seen after ${Math.round(tookMs)} ms`, true);
  }
  const repairs = async (): Promise<string> => (await stack.rhumb("history", "router", "r1")).stdout;
  await until("the repairs are in the log", async () => (await repairs()).includes("drift repaired"));
  tell.shown(
    "rhumb history router r1   (the last 8 lines)",
    (await repairs()).trimEnd().split("\n").slice(-8).join("\n"),
  );

  await tell.step("rhumb node hold node1", () => stack.json("node", "hold", "node1"));
  await router.output(["ip", "route", "del", "default"]);
  const found = await stack.rhumb("verify", "--no-services");
  tell.shown("ip route del default; rhumb verify --no-services", found.stdout || found.stderr);
  tell.proved("verification finds the planted fault", found.code === 3 && found.stdout.includes("route default in"));
  await tell.step("rhumb node release node1", () => stack.json("node", "release", "node1"));
  await until("everything is as the log says", async () => (await stack.rhumb("verify", "--no-services")).code === 0);
  tell.proved("released, the kernel, the bucket and the node's reports are one again", true);
}
