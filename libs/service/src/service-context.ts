import {
  createExecutor,
  createGuards,
  createReplica,
  type DomainEvent,
  type EventStore,
  type Executor,
  type Fold,
  type FoldDefinition,
  type FoldImage,
  type Follower,
  follow,
  type Guards,
  type Replica,
} from "@rhumbline/event-sourcing";
import { count, type Logger, metrics } from "@rhumbline/telemetry";
import { earlierStates } from "./earlier-states.ts";
import { createForward } from "./forward.ts";
import { createMutationHandler, type MutationHandler } from "./mutations.ts";
import { createReadGate, type ReadGate } from "./reads.ts";
import { tracedStore } from "./traced-store.ts";

/** What a service's own code works with. */
export interface ServiceContext<S> {
  readonly store: EventStore;
  readonly logId: string;
  readonly fold: Fold<S>;
  readonly follower: Follower;
  readonly executor: Executor<S>;
  readonly guards: Guards;
  readonly replica: Replica;
  readonly mutation: MutationHandler;
  readonly readable: ReadGate<S>;
  readonly log: Logger;
}

/** One replica of a service on a log, which it follows from here on.
 *  @param options.address host:port at which the other replicas reach this one.
 *  @param options.saved what another fold of the log may begin from, if there is something. */
export function createServiceContext<S extends object, E extends DomainEvent>(
  definition: FoldDefinition<S, E>,
  options: {
    store: EventStore;
    logId: string;
    fold: Fold<S>;
    address: string;
    log: Logger;
    saved?: () => Promise<FoldImage<S> | undefined>;
  },
): ServiceContext<S> {
  const { service, codec } = definition;
  const { store, logId, fold, address, log, saved } = options;
  const follower = follow(store, fold, {
    dropped: (cause, retryMs) => log.warn({ err: cause, retryMs }, "lost the event log; trying again"),
  });
  const replica = createReplica({ service, store, fold, follower, address });
  return {
    store,
    logId,
    fold,
    follower,
    executor: createExecutor({ store: tracedStore(store), fold, follower, replica, codec, appended: countAppend }),
    guards: createGuards(),
    replica,
    mutation: createMutationHandler({ fold, follower, replica, forward: createForward(service, replica) }),
    readable: createReadGate(fold, follower, earlierStates(definition, store, saved)),
    log,
  };
}

function countAppend(outcome: "taken" | "overtaken"): void {
  count(outcome === "taken" ? metrics.appends : metrics.appendConflicts, {});
}
