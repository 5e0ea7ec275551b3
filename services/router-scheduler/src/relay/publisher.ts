import {
  type Bus,
  BusUnavailable,
  type DesiredBucket,
  desiredBucket,
  isSameBucket,
  WrongRevision,
} from "@rhumbline/messaging";
import type { ServiceContext } from "@rhumbline/service";
import { inSpan, type Logger } from "@rhumbline/telemetry";
import type { NodeDesired } from "../compile/state.ts";
import type { SchedulerState } from "../read-model/state.ts";
import { createBell } from "./bell.ts";
import { type BucketMirror, mirrorOf, readBucket } from "./bucket-mirror.ts";
import { type Publisher, publishNode, together } from "./publish-node.ts";
import { createTidying } from "./tidy-bucket.ts";

const checkEveryMs = 3_000;
const retryMs = 500;

type Context = Pick<ServiceContext<SchedulerState>, "fold" | "replica" | "logId" | "log">;

/** Keeps bucket DESIRED equal to what is compiled, while this replica is the writer and the bus is there. Level-triggered:
 *  what to write follows from the fold and from what the bucket holds, and a burst of events leads to one write a key.
 *  Whatever goes wrong, the bucket is read anew and only what differs is written. */
export function startPublisher(context: Context, bus: Bus): { stop(): Promise<void> } {
  const { fold, replica, log } = context;
  const bucket = desiredBucket(bus);
  const bell = createBell();
  let stopping = false;
  let connections = 0;
  const connected = (): void => {
    connections += 1;
    bell.ring();
  };
  const unlisten = [fold.onAdvance(bell.ring), bus.onConnected(connected)];

  const run = async (): Promise<void> => {
    while (!stopping) {
      const epoch = bus.connected ? replica.epoch() : undefined;
      if (epoch === undefined) {
        await bell.wait(checkEveryMs);
        continue;
      }
      const connection = connections;
      // Behind a new connection there may be another bucket.
      const unchanged = (): boolean => connections === connection && replica.epoch() === epoch;
      const mayGoOn = (): boolean => !stopping && bus.connected && unchanged();
      await publishWhile(mayGoOn, context, epoch, bucket, bell).catch((error) => afterInterruption(log, error));
    }
  };
  const ended = run();

  return {
    async stop() {
      stopping = true;
      for (const end of unlisten) end();
      bell.ring();
      await ended;
    },
  };
}

function afterInterruption(log: Logger, error: unknown): Promise<void> {
  const level = error instanceof BusUnavailable || error instanceof WrongRevision ? "warn" : "error";
  log[level]({ err: error }, "publishing desired state was interrupted; reading the bucket anew");
  return new Promise((resolve) => setTimeout(resolve, retryMs));
}

/** Reads the bucket and keeps it current. Returns when it may not go on, or when the bucket is another than it was. */
async function publishWhile(
  mayGoOn: () => boolean,
  { fold, logId, log }: Context,
  epoch: number,
  bucket: DesiredBucket,
  bell: ReturnType<typeof createBell>,
): Promise<void> {
  const mirror = await readBucket(bucket, fold.state.desired, logId);
  const publisher: Publisher = { bucket, logId, epoch, log, written: mirror.written };
  const published = new Map<string, NodeDesired>();
  const { tidy } = createTidying(bucket, logId);
  let nextCheck = performance.now() + checkEveryMs;
  while (mayGoOn()) {
    await publishDirty(publisher, mirror, fold.state.desired, published);
    await bell.wait(nextCheck - performance.now());
    if (performance.now() < nextCheck || !mayGoOn()) continue;
    if (!isSameBucket(mirror.known(), await bucket.state())) {
      log.warn("bucket DESIRED is not the one that was written: filling it again");
      return;
    }
    await tidy(mirror, fold.state.desired);
    nextCheck = performance.now() + checkEveryMs;
  }
}

async function publishDirty(
  publisher: Publisher,
  { byNode }: BucketMirror,
  desired: ReadonlyMap<string, NodeDesired>,
  published: Map<string, NodeDesired>,
): Promise<void> {
  const dirty = [...desired].filter(([nodeId, node]) => published.get(nodeId) !== node);
  // Most events change nothing that a node is to realise.
  if (dirty.length === 0) return;
  await together(
    dirty.map(async ([nodeId, node]) => {
      const { traceparent: parent } = node.causation;
      await inSpan("publish desired state", { role: "producer", parent }, async () => {
        const keys = await publishNode(publisher, nodeId, mirrorOf(byNode, nodeId), node, published.get(nodeId));
        if (keys > 0) publisher.log.debug({ nodeId, position: node.position, keys }, "published desired state");
      });
      published.set(nodeId, node);
    }),
  );
}
