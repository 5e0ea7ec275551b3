import { randomUUID } from "node:crypto";
import type { ServiceContext } from "@rhumbline/service";
import { type IpamState, scopes } from "../read-model/state.ts";
import { decideScope } from "../scope/decide.ts";

const everyMs = 60_000;

/** Takes back CIDRs reserved for subnets that are not there: made by a crash between a subnet's two streams. One is taken
 *  back when two sweeps in a row find it, since a subnet under way has its CIDR first. */
export function startReservationSweep({ fold, executor, replica, log }: ServiceContext<IpamState>): { stop(): void } {
  let suspects = new Set<string>();
  const sweep = async (): Promise<void> => {
    if (replica.epoch() === undefined) return;
    const orphans = orphanedReservations(fold.state);
    for (const { scopeId, subnetId } of orphans.filter((orphan) => suspects.has(orphan.subnetId))) {
      const correlationId = randomUUID();
      const context = { actor: "ipam", projectId: "", correlationId, causationId: correlationId };
      await executor.execute(
        scopes,
        scopeId,
        (scope) => decideScope({ type: "ReleaseCidr", subnetId }, scope),
        context,
      );
      log.info({ scopeId, subnetId }, "took back a CIDR whose subnet never came to be or is gone");
    }
    suspects = new Set(orphans.map(({ subnetId }) => subnetId));
  };
  const timer = setInterval(() => {
    sweep().catch((error: unknown) => log.warn({ err: error }, "the sweep failed; trying again later"));
  }, everyMs);
  return { stop: () => clearInterval(timer) };
}

function orphanedReservations(state: IpamState): { scopeId: string; subnetId: string }[] {
  return [...state.scopes.values()].flatMap((scope) =>
    scope.status === "absent"
      ? []
      : [...scope.cidrBySubnet.entries()]
          .filter(([subnetId]) => !state.subnets.has(subnetId))
          .map(([subnetId]) => ({ scopeId: scope.scopeId, subnetId })),
  );
}
