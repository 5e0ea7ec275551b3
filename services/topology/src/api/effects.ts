import type { Executor } from "@rhumbline/event-sourcing";
import type { TopologyState } from "../read-model/state.ts";
import type { TopologyContext } from "./context.ts";
import type { Ipam } from "./ipam.ts";

/** What a command's work does to the log and to ipam; for validate_only the same work is given effects that only
 *  try what would happen. */
export interface Effects extends Pick<Executor<TopologyState>, "execute">, Omit<Ipam, "allocationsOlderThan"> {}

export function realEffects({ executor, ipam }: Pick<TopologyContext, "executor" | "ipam">): Effects {
  return { ...ipam, execute: executor.execute };
}

export function rehearsedEffects({
  fold,
  executor,
  ipam,
}: Pick<TopologyContext, "fold" | "executor" | "ipam">): Effects {
  return {
    async execute(aggregate, id, decide) {
      return { aggregate: executor.rehearse(aggregate, id, decide), position: fold.position };
    },
    allocate: (wish, trail) => ipam.allocate(wish, trail, { validateOnly: true }),
    openScope: async () => {},
    closeScope: async () => {},
    release: async () => {},
    releaseAddresses: async () => {},
  };
}
