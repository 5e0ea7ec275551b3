import { internet, startCapture } from "@rhumbline/infra/lab";
import type { Narrator } from "../narrator.ts";
import { answersPing, until } from "../witness.ts";
import type { World } from "../world.ts";

/** Packets: to the gateway, to each other, and out through SNAT. */
export async function tryTraffic({ first, second, outside, gatewayAddress }: World, tell: Narrator): Promise<void> {
  tell.part("Traffic");
  await until("the first instance reaches its gateway", () => answersPing(first, "10.0.0.1"));
  tell.proved("first → its gateway 10.0.0.1", true);
  const secondAddress = second.plan.address?.replace(/\/.*/, "") ?? "";
  await until("the instances reach each other", () => answersPing(first, secondAddress));
  tell.proved(`first → second ${secondAddress}`, true);

  const capture = await startCapture(outside, "eth0", "icmp[icmptype] == icmp-echo");
  await until("the first instance reaches the outside", () => answersPing(first, internet.address));
  const sources = (await capture.stop()).map((line) => / ([0-9.]+) > /.exec(line)?.[1]);
  tell.proved(
    `first → ${internet.address} outside, which saw the gateway's address ${gatewayAddress}`,
    sources.length > 0 && sources.every((source) => source === gatewayAddress),
    `it saw ${[...new Set(sources)].join(", ") || "nothing"}`,
  );
}
