export { Bus, type BusOptions, connectBus, type MessageHandler, type RequestHandler, type Stop } from "./bus/bus.ts";
export { BusUnavailable, MalformedMessage, WrongRevision } from "./bus/bus-errors.ts";
export {
  type BucketState,
  type DesiredBucket,
  desiredBucket,
  isSameBucket,
  maxDesiredBytes,
} from "./desired/desired-bucket.ts";
export {
  type DesiredKey,
  desiredKey,
  manifestKey,
  parseDesiredKey,
  parseResourceKey,
  type ResourceKey,
  type ResourceKind,
  resourceKey,
} from "./desired/desired-key.ts";
export { desiredBucketName } from "./desired/desired-names.ts";
export {
  compareVersions,
  decodeDesiredResource,
  decodeNodeManifest,
  encodeDesiredResource,
  encodeNodeManifest,
  type Version,
} from "./desired/desired-value.ts";
export {
  addToDigest,
  type DigestEntry,
  digestText,
  emptyDigest,
  type ManifestDigest,
  manifestDigest,
  removeFromDigest,
} from "./desired/manifest-digest.ts";
export type { BucketEntry } from "./desired/read-bucket.ts";
export { type DesiredWatcher, watchDesired } from "./desired/watch-desired.ts";
export { type CloudEvent, type CloudEventAttributes, decodeCloudEvent } from "./events/cloud-event.ts";
export {
  type EventStream,
  type EventStreamBounds,
  type EventStreamEnd,
  eventStream,
  eventStreamName,
} from "./events/event-stream.ts";
export { type FollowedEvent, followEvents } from "./events/follow-events.ts";
export { type DeliveredEvent, readEvents } from "./events/read-events.ts";
export { askAgent, serveAgentQuestions } from "./node/agent-questions.ts";
export {
  registerNode,
  sendNodeHeartbeat,
  sendNodeReport,
  serveNodeReports,
  serveRegistrations,
  watchHeartbeats,
} from "./node/node-messages.ts";
export {
  allEvents,
  type EventSubject,
  eventSubject,
  nodeSubject,
  parseEventSubject,
  subjectMatches,
} from "./subjects.ts";
