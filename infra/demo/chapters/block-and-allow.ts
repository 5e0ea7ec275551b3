import { startCapture } from "@rhumbline/infra/lab";
import type { Narrator } from "../narrator.ts";
import { answersPing, until } from "../witness.ts";
import type { World } from "../world.ts";

interface Rule {
  readonly id: string;
  readonly protocol?: string;
}

/** A security group that lets pings in, then none, then lets them in again. */
export async function blockAndAllow({ stack, second, outside, floatingIp }: World, tell: Narrator): Promise<void> {
  tell.part("A security group blocks, and allows");
  const answers = (): Promise<boolean> => answersPing(outside, floatingIp.address);
  const { rules = [] } = await stack.json<{ rules?: Rule[] }>("security-group", "rule", "list", "default");
  const pings = rules.find(({ protocol }) => protocol === "icmp");
  if (pings === undefined) throw new Error("the default group has no rule for icmp");

  await tell.step("rhumb security-group rule delete (the one for icmp)", () =>
    stack.json("security-group", "rule", "delete", pings.id),
  );
  const blockedMs = await until("pings are blocked", async () => !(await answers()));
  tell.figure("security group: rule taken back to the first ping unanswered", `${Math.round(blockedMs)} ms`);
  const arriving = await startCapture(second, "eth0", "icmp[icmptype] == icmp-echo");
  tell.proved(`outside → ${floatingIp.address} is not answered`, !(await answers()));
  tell.proved("the instance's own card saw no echo request", (await arriving.stop()).length === 0);

  await tell.step("rhumb security-group rule create default --protocol icmp", () =>
    stack.json("security-group", "rule", "create", "default", "--protocol", "icmp"),
  );
  const allowedMs = await until("pings are let in", answers);
  tell.figure("security group: rule made to the first ping answered", `${Math.round(allowedMs)} ms`);
  tell.proved(`outside → ${floatingIp.address} is answered again`, true);
}
