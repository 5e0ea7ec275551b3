export type { Aggregate, Stamp } from "./aggregate.ts";
export { canonicalLines, canonicalText, isSame } from "./canonical.ts";
export type { CommandContext } from "./command.ts";
export { dataJson } from "./data-json.ts";
export { DomainError, type FieldViolation, type RefusalKind } from "./domain-error.ts";
export {
  type CompletedRequest,
  type DomainEvent,
  type EventCodec,
  type EventMetadata,
  type EventOf,
  eventCodec,
  type Recorded,
} from "./event.ts";
export type {
  Appended,
  EventStore,
  ExpectedRevision,
  NewEvent,
  Position,
  ReadAllOptions,
  ReadStreamOptions,
  RecordedEvent,
  ReplayOptions,
  StreamAppend,
  SubscribeOptions,
  Subscription,
  SubscriptionHandler,
} from "./event-store.ts";
export {
  AppendTooLarge,
  LogUnavailable,
  OneStreamOnly,
  OutcomeUnknown,
  StreamDeleted,
  WrongExpectedRevision,
} from "./event-store-errors.ts";
export { type Command, createExecutor, type Executed, type Executor } from "./executor.ts";
export { createFence, type Fence } from "./fence.ts";
export { createFold, type Fold, type FoldDefinition, type FoldImage, type TakenEvent } from "./fold.ts";
export { FoldFailed } from "./fold-failed.ts";
export { type Follower, foldToEnd, follow } from "./follower.ts";
export { createGuards, type GuardRequest, type Guards } from "./guards.ts";
export { identifyLog } from "./log-identity.ts";
export { PersistentMap } from "./persistent-map.ts";
export * from "./refusals.ts";
export { createReplica, type Replica } from "./replica.ts";
export type { RememberedRequest, RequestKey } from "./request-index.ts";
export { type Snapshots, snapshotsIn } from "./snapshot/snapshots.ts";
export { SortedIds } from "./sorted-ids.ts";
export { standstillOf } from "./standstill.ts";
export {
  type Category,
  categoriesOf,
  ownerOf,
  prefixOf,
  splitStream,
  streamOf,
  type WritingService,
  writerStream,
  writingServices,
} from "./streams.ts";
export { VersionedMap } from "./versioned-map.ts";
