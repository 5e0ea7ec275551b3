import type { Command, DomainEvent, Executed, Executor } from "@rhumbline/event-sourcing";
import type { TopologyState } from "../read-model/state.ts";
import type { TopologyContext } from "./context.ts";
import type { Ipam } from "./ipam.ts";

/** What a command's work does to the log and to ipam; for validate_only the same work is given effects that only
 *  try what would happen. */
export interface Effects
  extends Pick<Executor<TopologyState>, "execute" | "executeTogether">,
    Omit<Ipam, "allocationsOlderThan"> {}

/** As `executeTogether`, of one command alone. */
export const carryOut = <A, E extends DomainEvent>(
  effects: Effects,
  { aggregate, id, decide, context }: Command<TopologyState, A, E>,
): Promise<Executed<A>> => effects.execute(aggregate, id, decide, context);

export function realEffects({ executor, ipam }: Pick<TopologyContext, "executor" | "ipam">): Effects {
  return { ...ipam, execute: executor.execute, executeTogether: executor.executeTogether };
}

export function rehearsedEffects({
  fold,
  executor,
  ipam,
}: Pick<TopologyContext, "fold" | "executor" | "ipam">): Effects {
  const rehearse: Effects["execute"] = async (aggregate, id, decide) => ({
    aggregate: executor.rehearse(aggregate, id, decide),
    position: fold.position,
  });
  return {
    execute: rehearse,
    executeTogether: async (first, second) => [
      await rehearse(first.aggregate, first.id, first.decide, first.context),
      await rehearse(second.aggregate, second.id, second.decide, second.context),
    ],
    allocate: (wish, trail) => ipam.allocate(wish, trail, { validateOnly: true }),
    openScope: async () => {},
    closeScope: async () => {},
    release: async () => {},
    releaseAddresses: async () => {},
  };
}
