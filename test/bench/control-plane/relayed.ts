import { setTimeout as pause } from "node:timers/promises";
import { AuditServiceService } from "@rhumbline/proto/rhumbline/audit/v1/audit_service";
import type { ControlPlane } from "../../support/control-plane.ts";

const deadlineMs = 300_000;
const lookEveryMs = 500;

/** Waits until the bus has all that the log has: what comes after is alone with the machine. */
export async function relayed({ service }: ControlPlane): Promise<void> {
  const client = service("audit").channel.client(AuditServiceService);
  const deadline = performance.now() + deadlineMs;
  for (;;) {
    const status = await client.getRelayStatus({});
    if (status.publishedPosition >= status.logPosition) return;
    if (performance.now() > deadline) throw new Error(`the relay is not done: ${JSON.stringify(status)}`);
    await pause(lookEveryMs);
  }
}
