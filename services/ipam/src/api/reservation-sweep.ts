import { randomUUID } from "node:crypto";
import type { CommandContext, PersistentMap } from "@rhumbline/event-sourcing";
import type { ServiceContext } from "@rhumbline/service";
import { type IpamState, scopes, subnetPools } from "../read-model/state.ts";
import { decideScope } from "../scope/decide.ts";
import { decideSubnetPool } from "../subnet-pool/decide.ts";
import { releaseStrayAddresses } from "./stray-addresses.ts";

const everyMs = 60_000;

/** Takes back what a crash between streams leaves: addresses of owners without a MAC address, and CIDRs reserved, in a network
 *  or in a subnet pool, for subnets that are not there. A CIDR is taken back when two sweeps in a row find it, since a subnet under way has its CIDR first. */
export function startReservationSweep(context: ServiceContext<IpamState>): { stop(): void } {
  const { fold, executor, replica, log } = context;
  let suspects = new Set<string>();
  const sweep = async (): Promise<void> => {
    if (replica.epoch() === undefined) return;
    const inScopes = orphanedReservations(fold.state);
    const inPools = orphanedPrefixes(fold.state);
    const isSuspect = ({ subnetId }: { subnetId: string }): boolean => suspects.has(subnetId);
    for (const { scopeId, subnetId } of inScopes.filter(isSuspect)) {
      const command = { type: "ReleaseCidr", subnetId } as const;
      await executor.execute(scopes, scopeId, (scope) => decideScope(command, scope), ownContext());
      log.info({ scopeId, subnetId }, "took back a CIDR whose subnet never came to be or is gone");
    }
    for (const { subnetPoolId, subnetId } of inPools.filter(isSuspect)) {
      const command = { type: "ReleasePrefix", subnetId } as const;
      await executor.execute(subnetPools, subnetPoolId, (pool) => decideSubnetPool(command, pool), ownContext());
      log.info({ subnetPoolId, subnetId }, "took back a prefix whose subnet never came to be or is gone");
    }
    await releaseStrayAddresses(context, ownContext);
    suspects = new Set([...inScopes, ...inPools].map(({ subnetId }) => subnetId));
  };
  const timer = setInterval(() => {
    sweep().catch((error: unknown) => log.warn({ err: error }, "the sweep failed; trying again later"));
  }, everyMs);
  return { stop: () => clearInterval(timer) };
}

function ownContext(): CommandContext {
  const correlationId = randomUUID();
  return { actor: "ipam", projectId: "", correlationId, causationId: correlationId };
}

function orphanedReservations(state: IpamState): { scopeId: string; subnetId: string }[] {
  return [...state.scopes.values()].flatMap((scope) =>
    scope.status === "absent"
      ? []
      : withoutSubnet(state, scope.cidrBySubnet).map((subnetId) => ({ scopeId: scope.scopeId, subnetId })),
  );
}

function orphanedPrefixes(state: IpamState): { subnetPoolId: string; subnetId: string }[] {
  return [...state.subnetPools.values()].flatMap(({ id, carvedBySubnet }) =>
    withoutSubnet(state, carvedBySubnet).map((subnetId) => ({ subnetPoolId: id, subnetId })),
  );
}

const withoutSubnet = ({ subnets }: IpamState, bySubnet: PersistentMap<string, unknown>): string[] =>
  [...bySubnet.entries()].map(([subnetId]) => subnetId).filter((subnetId) => !subnets.has(subnetId));
