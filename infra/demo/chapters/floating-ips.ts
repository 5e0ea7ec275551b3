import type { LabInstance } from "@rhumbline/infra/lab";
import type { Narrator } from "../narrator.ts";
import { answersPing, holdOpen, serveEcho, serveWeb, until } from "../witness.ts";
import type { World } from "../world.ts";

/** A floating IP stands for the first instance, then for the second. */
export async function floatingIps({ stack, first, second, outside, floatingIp }: World, tell: Narrator): Promise<void> {
  tell.part(`A floating IP: ${floatingIp.address}`);
  await Promise.all(
    [first, second].flatMap((instance) => [
      serveWeb(instance, instance.plan.name),
      serveEcho(instance, instance.plan.name),
    ]),
  );
  const page = async (): Promise<string> =>
    (await outside.run(["curl", "-s", "--max-time", "2", `http://${floatingIp.address}/`])).stdout.trim();
  const associate = (instance: LabInstance): Promise<unknown> =>
    tell.step(`rhumb floatingip set ${floatingIp.address} --port ${instance.plan.name} --wait`, () =>
      stack.json("floatingip", "set", floatingIp.address, "--port", instance.plan.name, "--wait"),
    );

  const began = performance.now();
  await associate(first);
  await until("the floating IP answers from outside", () => answersPing(outside, floatingIp.address));
  tell.figure("floating IP: command to first answered ping", `${Math.round(performance.now() - began)} ms`);
  tell.proved(`outside → ${floatingIp.address} answers`, true);
  await until("the page comes", async () => (await page()).startsWith("first"));
  tell.proved(`a page fetched from outside: "${await page()}"`, true);

  const connection = await holdOpen(outside, floatingIp.address);
  await until("a connection to the first instance stands", connection.established);
  const moved = performance.now();
  await associate(second);
  await until("the open connection to the first instance dies", () => connection.end() !== undefined);
  tell.proved(`moved to the second instance: the open connection to the first ended (${connection.end()})`, true);
  await until("the page comes from the second instance", async () => (await page()).startsWith("second"));
  tell.figure("floating IP moved: command to the other's page", `${Math.round(performance.now() - moved)} ms`);
  tell.proved(`and the page is now: "${await page()}"`, true);
}
