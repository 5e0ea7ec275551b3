import type { ConsumerMessages, ConsumerNotification, JsMsg } from "@nats-io/jetstream";
import { createInbox, nanos, nuid } from "@nats-io/transport-node";
import type { DesiredResource, NodeManifest } from "@rhumbline/proto/rhumbline/agent/v1/desired";
import type { Logger } from "@rhumbline/telemetry";
import type { Bus, Stop } from "../bus/bus.ts";
import { jetstreamOf } from "../bus/jetstream-of.ts";
import { wait } from "../wait.ts";
import { addBucketReader } from "./bucket-reader.ts";
import { parseDesiredKey, type ResourceKey } from "./desired-key.ts";
import { desiredSubjectPrefix } from "./desired-names.ts";
import { decodeDesiredResource, decodeNodeManifest } from "./desired-value.ts";
import { retryAfterMs } from "./retry-after.ts";

/** Called in the bucket's order and never concurrently. */
export interface DesiredWatcher {
  /** Forget what came before: the bucket is read anew, from its first key on. Called at the start, after each
   *  reconnection, and when the bucket was deleted or replaced. */
  reset(): void;
  /** The key's value, first as it stands, then at each change. */
  resource(key: ResourceKey, value: DesiredResource): void;
  manifest(manifest: NodeManifest): void;
}

/** What the server pushes where it has nothing else to push. To ask it instead costs it a look through all keys of all nodes,
 *  each time. */
const heartbeatMs = 2_000;
/** A server that says why not says so at once. */
const busyAfterMs = 2_000;

/** Follows all keys of one node for as long as it is not stopped, over every outage of NATS and every loss of the bucket.
 *  A value that can't be decoded is logged and left out: the manifest's digest will not match without it. */
export function watchDesired(bus: Bus, nodeId: string, watcher: DesiredWatcher, logger: Logger): Stop {
  const stopping = new AbortController();
  void followForever(bus, nodeId, watcher, logger, stopping.signal);
  return () => stopping.abort();
}

async function followForever(
  bus: Bus,
  nodeId: string,
  watcher: DesiredWatcher,
  logger: Logger,
  stopping: AbortSignal,
): Promise<void> {
  let unanswered = 0;
  while (!stopping.aborted) {
    let begun = false;
    const askedMs = performance.now();
    try {
      await follow(bus, nodeId, watcher, logger, stopping, () => {
        begun = true;
      });
    } catch (error) {
      // No bucket yet, no bus, an election under way: all of them pass, and the next round reads everything anew.
      logger.debug({ err: error }, "desired state can't be followed now");
    }
    const inVain = !begun && performance.now() - askedMs > busyAfterMs;
    unanswered = inVain ? unanswered + 1 : 0;
    await wait(retryAfterMs(unanswered, Math.random()), stopping);
  }
}

/** Until the consumer is lost with its bucket, its server or its connection. */
async function follow(
  bus: Bus,
  nodeId: string,
  watcher: DesiredWatcher,
  logger: Logger,
  stopping: AbortSignal,
  begun: () => void,
): Promise<void> {
  const pushed = { deliver_subject: createInbox(bus.inboxPrefix), idle_heartbeat: nanos(heartbeatMs) };
  const reader = await addBucketReader(bus, `${nodeId}.>`, {
    ...pushed,
    // With a name the request tells the filter in its subject: an agent may ask for its own node's alone.
    name: `node-${nuid.next()}`,
    max_deliver: 1,
    flow_control: true,
    num_replicas: 1,
  });
  begun();
  watcher.reset();
  let delivered = 0;
  const consumer = await jetstreamOf(bus).consumers.getBoundPushConsumer(pushed);
  const messages = await consumer.consume({
    callback: (message) => {
      delivered += 1;
      deliver(message, watcher, logger);
    },
  });
  try {
    await untilLost(bus, messages, () => delivered, stopping);
  } finally {
    messages.stop();
    await reader.delete();
  }
}

/** A consumer dies with its stream: as long as it is heard, this is the bucket that was read from the start. */
async function untilLost(
  bus: Bus,
  messages: ConsumerMessages,
  delivered: () => number,
  stopping: AbortSignal,
): Promise<void> {
  const lost = new AbortController();
  let connections = 0;
  const unlisten = bus.onConnected(() => {
    connections += 1;
    if (connections > 1) lost.abort();
  });
  const ended = AbortSignal.any([lost.signal, stopping]);
  const end = () => messages.stop();
  ended.addEventListener("abort", end);
  try {
    if (ended.aborted) return;
    // It ends with the messages.
    for await (const notification of messages.status())
      if (ended.aborted || tellsOfLoss(notification, delivered())) return;
  } finally {
    ended.removeEventListener("abort", end);
    unlisten();
  }
}

/** Two heartbeats were missed, or it pushed more than arrived. */
function tellsOfLoss(notification: ConsumerNotification, delivered: number): boolean {
  if (notification.type === "heartbeat") return notification.lastConsumerSequence !== delivered;
  return notification.type === "heartbeats_missed" || notification.type === "consumer_deleted";
}

function deliver(message: JsMsg, watcher: DesiredWatcher, logger: Logger): void {
  const text = message.subject.slice(desiredSubjectPrefix.length);
  const key = parseDesiredKey(text);
  const deleted = message.headers?.has("KV-Operation") === true;
  if (deleted) return; // Purged by hand: what the manifest says of the key decides.
  try {
    if (key === undefined) logger.warn({ key: text }, "a key of no known kind");
    else if (key.manifest) watcher.manifest(decodeNodeManifest(message.data, text));
    else watcher.resource(key.resource, decodeDesiredResource(message.data, text));
  } catch (error) {
    logger.warn({ err: error, key: text }, "desired value left out");
  }
}
