import { caughtUp } from "@rhumbline/service";
import { decidePort } from "../../port/decide.ts";
import type { ActivePort } from "../../port/state.ts";
import { ports, type TopologyState } from "../../read-model/state.ts";
import type { TopologyContext } from "../context.ts";
import { realEffects } from "../effects.ts";
import { guards } from "../guard-names.ts";
import { scopeOf } from "../network/scope.ts";
import { releaseSegment } from "../network/segments.ts";
import { removeDevicePort } from "../port/device-port.ts";
import { without } from "../port/fixed-ips.ts";
import { backgroundCall } from "./background-call.ts";
import { isMisstated, isOrphaned, misstatedNetworks, orphanedSegments } from "./orphans.ts";

/** Finishes what crashes left half done. Each thing is looked at once more while its guard is held, so that nothing is
 *  taken from a command under way. */
export function createSweep(context: TopologyContext, { graceMs }: { graceMs: number }): () => Promise<void> {
  const {
    fold,
    follower,
    replica,
    executor,
    ipam,
    guards: { hold },
    log,
  } = context;
  const effects = realEffects(context);

  /** Does so while nobody else may, if it is still to be done and this replica still the writer. Where it fails, the
   *  next sweep tries again: nothing waits for what can't be done. */
  const settle = (guard: string, isDue: (state: TopologyState) => boolean, act: () => Promise<unknown>) =>
    hold({ exclusive: [guard] }, async () => {
      await caughtUp(follower);
      if (replica.epoch() !== undefined && isDue(fold.state)) await act();
    }).catch((error: unknown) => log.warn({ err: error, guard }, "could not sweep this; trying again later"));

  const releaseAllocations = async (): Promise<void> => {
    for await (const { ownerId, scopeId, addresses } of ipam.allocationsOlderThan(graceMs, backgroundCall())) {
      const surplus = (state: TopologyState) =>
        without(addresses, state.ports.get(ownerId)?.port.fixedIps ?? []).map(({ subnetId, ipAddress }) => ({
          subnetId,
          ipAddress,
        }));
      const gone = (state: TopologyState): boolean => !state.ports.has(ownerId);
      const isDue = (state: TopologyState): boolean => gone(state) || surplus(state).length > 0;
      if (!isDue(fold.state)) continue;
      await settle(guards.port(ownerId), isDue, async () => {
        if (gone(fold.state)) await ipam.release(scopeId, ownerId, backgroundCall());
        else await ipam.releaseAddresses(scopeId, ownerId, surplus(fold.state), backgroundCall());
        log.info({ portId: ownerId, networkId: scopeId }, "took back addresses that no port has");
      });
    }
  };

  const removePort = ({ id, port, madeForDevice }: ActivePort): Promise<unknown> => {
    if (madeForDevice) return removeDevicePort(port, backgroundCall(), effects);
    const command = { type: "ReturnPort", portId: id } as const;
    return executor.execute(
      ports,
      id,
      (present) => decidePort(command, present),
      backgroundCall().step(port.projectId),
    );
  };

  const removePorts = async (): Promise<void> => {
    const newest = Date.now() - graceMs;
    const orphans = [...fold.state.ports.values()].filter(
      (port) => port.updateTimeMs <= newest && isOrphaned(fold.state, port),
    );
    for (const { id } of orphans) {
      const due = (state: TopologyState): ActivePort | undefined => {
        const port = state.ports.get(id);
        return port && isOrphaned(state, port) ? port : undefined;
      };
      await settle(
        guards.port(id),
        (state) => due(state) !== undefined,
        async () => {
          const port = due(fold.state);
          if (port) await removePort(port);
          log.info({ portId: id }, "took a port from a router or floating IP that does not have it");
        },
      );
    }
  };

  const releaseSegments = async (): Promise<void> => {
    for (const { range, networkId } of orphanedSegments(fold.state)) {
      await settle(
        guards.network(networkId),
        (state) => !state.networks.has(networkId),
        async () => {
          await ipam.closeScope(networkId, backgroundCall());
          await executor.execute(...releaseSegment(networkId, range), backgroundCall().step(""));
          log.info({ networkId, range }, "took back the segment of a network that is not there");
        },
      );
    }
  };

  const closeStrayScopes = async (): Promise<void> => {
    const newest = Date.now() - graceMs;
    for (const [networkId, { sinceMs }] of fold.state.strayScopes) {
      if (sinceMs > newest) continue;
      await settle(
        guards.network(networkId),
        (state) => state.strayScopes.has(networkId),
        async () => {
          await ipam.closeScope(networkId, backgroundCall());
          log.info({ networkId }, "closed the scope of a network that is not there");
        },
      );
    }
  };

  const restateScopes = async (): Promise<void> => {
    for (const networkId of misstatedNetworks(fold.state)) {
      await settle(
        guards.network(networkId),
        (state) => isMisstated(state, networkId),
        async () => {
          const network = fold.state.networks.get(networkId)?.network;
          if (network === undefined) return;
          await ipam.openScope(scopeOf(network), backgroundCall());
          log.info({ networkId }, "told ipam again what the network is");
        },
      );
    }
  };

  return async () => {
    if (replica.epoch() === undefined) return;
    await removePorts();
    await releaseAllocations();
    await releaseSegments();
    await closeStrayScopes();
    await restateScopes();
  };
}
