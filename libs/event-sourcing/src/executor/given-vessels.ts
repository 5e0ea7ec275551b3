import type { Aggregate } from "../aggregate.ts";
import type { CommandContext } from "../command.ts";
import { DomainError } from "../domain-error.ts";
import type { EventCodec } from "../event.ts";
import type { EventStore } from "../event-store.ts";
import { createExecutor, type Executor } from "../executor.ts";
import { createFold, type Fold, type FoldDefinition } from "../fold.ts";
import { type Follower, follow } from "../follower.ts";
import { createReplica, type Replica } from "../replica.ts";

/** A vessel that takes so many tokens and no more: the smallest thing with a rule. */
interface Vessel {
  readonly tokens: readonly string[];
}
export interface TokenTaken {
  readonly type: "TokenTaken";
  readonly data: { readonly vessel: string; readonly token: string };
}
interface State {
  readonly vessels: Map<string, Vessel>;
}

class VesselFull extends DomainError {
  readonly kind = "exhausted";
  readonly reason = "VESSEL_FULL";
}

const capacity = 3;
export const vessels: Aggregate<State, Vessel, TokenTaken> = {
  category: "subnet",
  select: (state, id) => state.vessels.get(id) ?? { tokens: [] },
  evolve: (vessel, { data }) => ({ tokens: [...vessel.tokens, data.token] }),
};
export const take = (vessel: string, token: string) => (present: Vessel) => {
  if (present.tokens.length >= capacity) throw new VesselFull(`${vessel} is full`);
  return [{ type: "TokenTaken", data: { vessel, token } } as const];
};
const codec: EventCodec<TokenTaken> = {
  decode: (type, json) => (type === "TokenTaken" ? { type, data: json as TokenTaken["data"] } : undefined),
  encode: ({ data }) => {
    if (typeof data.token !== "string") throw new TypeError("a token is text");
    return data;
  },
};
const definition: FoldDefinition<State, TokenTaken> = {
  service: "ipam",
  foreignCategories: [],
  codec,
  ignoredTypes: new Set(),
  initialState: () => ({ vessels: new Map() }),
  apply: (state, event) => {
    const { vessel } = event.data;
    state.vessels.set(
      vessel,
      vessels.evolve(vessels.select(state, vessel), event, { revision: event.revision, timeMs: event.metadata.timeMs }),
    );
  },
};
export const context: CommandContext = { actor: "a", projectId: "p", correlationId: "c", causationId: "c" };

interface RunningReplica {
  readonly fold: Fold<State>;
  readonly follower: Follower;
  readonly replica: Replica;
  readonly executor: Executor<State>;
}

const running: RunningReplica[] = [];

/** For the end of a test. */
export async function stopAll(): Promise<void> {
  await Promise.all(running.splice(0).map(({ follower }) => follower.stop()));
}

export function start(store: EventStore, address: string): RunningReplica {
  const fold = createFold(definition);
  const follower = follow(store, fold);
  const replica = createReplica({ service: "ipam", store, fold, follower, address });
  const executor = createExecutor({ store, fold, follower, replica, codec: codec as never });
  const started = { fold, follower, replica, executor };
  running.push(started);
  return started;
}
