import { setImmediate as nextTurn } from "node:timers/promises";
import type { CommandContext } from "@rhumbline/event-sourcing";
import type { ServiceContext } from "@rhumbline/service";
import { type IpamState, scopes, subnets } from "../read-model/state.ts";
import { decideSubnet } from "../subnet/decide.ts";
import type { ActiveSubnet } from "../subnet/state.ts";
import { ownerGuard } from "./owner-guard.ts";

/** Takes back the addresses of owners that have no MAC address: the log took the one and not the other. With the owner's guard
 *  held nothing is just being given to it. */
export async function releaseStrayAddresses(
  { fold, executor, guards, log }: ServiceContext<IpamState>,
  newContext: () => CommandContext,
): Promise<void> {
  for (const subnet of [...fold.state.subnets.values()]) {
    const { id: subnetId, networkId } = subnet;
    for (const ownerId of strayOwners(fold.state, subnet)) {
      await guards.hold({ exclusive: [ownerGuard(ownerId)] }, async () => {
        if (hasMac(fold.state, networkId, ownerId)) return;
        const command = { type: "ReleaseAddresses", ownerId } as const;
        await executor.execute(subnets, subnetId, (present) => decideSubnet(command, present), newContext());
        log.info({ subnetId, ownerId }, "took back addresses of an owner without a MAC address");
      });
    }
    // A subnet may hold very many addresses: others want their turn between two of them.
    await nextTurn();
  }
}

const strayOwners = (state: IpamState, { networkId, ownerByIp }: ActiveSubnet): string[] =>
  [...new Set(ownerByIp.entries().map(([, ownerId]) => ownerId))].filter((id) => !hasMac(state, networkId, id));

function hasMac(state: IpamState, scopeId: string, ownerId: string): boolean {
  const scope = scopes.select(state, scopeId);
  return scope.status !== "absent" && scope.macByOwner.has(ownerId);
}
