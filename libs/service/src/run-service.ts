import {
  canonicalLines,
  createFold,
  type DomainEvent,
  type EventStore,
  type Fold,
  type FoldDefinition,
  FoldFailed,
  type FoldImage,
  foldToEnd,
  identifyLog,
  type Position,
  type Snapshots,
  snapshotsIn,
  standstillOf,
  type TakenEvent,
} from "@rhumbline/event-sourcing";
import { connectKurrent } from "@rhumbline/event-sourcing/kurrent";
import { authenticators, type MountedService, startGrpcServer } from "@rhumbline/grpc";
import { createLogger, type Logger, startMetrics, startTracing } from "@rhumbline/telemetry";
import { buildId } from "./build-id.ts";
import { exposeServiceGauges } from "./metrics.ts";
import { createServiceContext, type ServiceContext } from "./service-context.ts";
import { refuseToListen, type ServiceSettings } from "./settings.ts";
import { mountStateService } from "./state-service.ts";
import { watchStandstill } from "./watch-standstill.ts";
import { startWriterDuty } from "./writer-duty.ts";

export interface ServiceSpec<S, E extends DomainEvent> {
  readonly definition: FoldDefinition<S, E>;
  /** The gRPC services that this one offers. */
  mount(context: ServiceContext<S>): readonly MountedService[];
  /** Work beside the answering of calls: relays, sweeps. Started when the state is folded. */
  background?(context: ServiceContext<S>): { stop(): void | Promise<void> };
}

const snapshotEveryMs = 60_000;
const retryLogMs = 500;

/** Runs an event-sourced service until the process is told to stop: folds the log, follows it, takes its turn as the
 *  writer, answers calls. */
export async function runService<S extends object, E extends DomainEvent>(
  spec: ServiceSpec<S, E>,
  settings: ServiceSettings,
): Promise<void> {
  const { service } = spec.definition;
  const log = createLogger(service, settings.logLevel);
  const objection = refuseToListen(settings);
  if (objection !== undefined) {
    log.error(objection);
    process.exitCode = 2;
    return;
  }
  const store = connectKurrent({ connectionString: settings.log });
  if (settings.foldTo !== undefined) {
    await printFold(spec.definition, store, settings.foldTo);
    // The log's client may keep a connection of its own open; there is nothing left to wait for.
    process.exit(0);
  }
  const stopTracing = settings.otlp ? await startTracing(service, settings.otlp) : async () => {};
  const stopMetrics = settings.metrics ? await startMetrics(service, settings.metrics, log) : async () => {};
  const began = performance.now();
  const logId = await patiently(() => identifyLog(store), log);
  const build = buildId();
  const snapshots =
    build && settings.data ? snapshotsIn<S>(settings.data, build, spec.definition.initialState) : undefined;
  const saved = async () => snapshots && (await savedImage(snapshots, store, logId));
  const { fold, snapshot } = await patiently(() => foldedToEnd(spec.definition, store, saved), log);
  const durationMs = Math.round(performance.now() - began);
  if (fold.failure === undefined) log.info({ position: fold.position, snapshot, logId, durationMs }, "folded the log");

  const address = settings.advertise ?? settings.listen;
  const context = createServiceContext(spec.definition, { store, logId, fold, address, log, saved });
  const { follower, replica } = context;
  exposeServiceGauges(context);
  const state = mountStateService({ fold, replica, logId, build: build ?? "development" });
  const services = [...spec.mount(context), state];
  const server = await startGrpcServer({
    listen: settings.listen,
    services,
    authenticate: authenticators[settings.auth],
    log,
  }).catch((error: unknown) => {
    log.error({ err: error }, `can't listen on ${settings.listen}; is another process there?`);
    process.exit(1);
  });
  const duty = startWriterDuty({ replica, fold, address, log });
  const background = spec.background?.(context);
  const saving = snapshots && startSaving(snapshots, logId, fold, snapshot, log);
  server.setServing(true);
  // Whoever probes it looks for another: a replica that can fold the event takes over, and reads go there.
  watchStandstill(fold, log, () => server.setServing(false));
  // Before anybody hears that it is ready, and may tell it to stop.
  const toldToStop = new Promise<NodeJS.Signals>((resolve) => {
    process.once("SIGTERM", resolve);
    process.once("SIGINT", resolve);
  });
  log.info({ address: server.address, position: fold.position }, "ready");

  const signal = await toldToStop;
  log.info({ signal }, "stopping");
  await duty.stop();
  await server.stop();
  await background?.stop();
  await follower.stop();
  await saving?.stop();
  await store.close();
  await stopMetrics();
  await stopTracing();
  log.info("stopped");
}

/** @returns the fold, and the position of the snapshot that it began from; 0 for the log's start. */
async function foldedToEnd<S extends object, E extends DomainEvent>(
  definition: FoldDefinition<S, E>,
  store: EventStore,
  saved: () => Promise<FoldImage<S> | undefined>,
): Promise<{ fold: Fold<S>; snapshot: Position }> {
  const image = await saved();
  const fold = createFold(definition, image);
  try {
    await foldToEnd(store, fold);
  } catch (error) {
    // It would fail again. The service starts all the same, to say so to whoever asks it.
    if (!(error instanceof FoldFailed)) throw error;
  }
  return { fold, snapshot: image?.lastEvent.position ?? 0 };
}

/** What a fold may begin from. A log put back from an older copy may have gone another way since: a snapshot then tells of
 *  what never was, and is none. */
async function savedImage<S extends object>(
  snapshots: Snapshots<S>,
  store: EventStore,
  logId: string,
): Promise<FoldImage<S> | undefined> {
  const image = await snapshots.load(logId);
  return image !== undefined && (await holds(store, image.lastEvent)) ? image : undefined;
}

async function holds(store: EventStore, { id, stream, revision, position }: TakenEvent): Promise<boolean> {
  for await (const event of store.readStream(stream, { from: revision, maxCount: 1 })) {
    return event.id === id && event.position === position;
  }
  return false;
}

async function printFold<S extends object, E extends DomainEvent>(
  definition: FoldDefinition<S, E>,
  store: EventStore,
  upTo: number,
): Promise<void> {
  const fold = createFold(definition);
  await foldToEnd(store, fold, upTo);
  await new Promise((resolve) => process.stdout.write(`${canonicalLines(fold.state).join("\n")}\n`, resolve));
  await store.close();
}

/** Tries until the log answers: a service that starts before its log waits for it. */
async function patiently<T>(attempt: () => Promise<T>, log: Logger): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (tries % 20 === 0) log.warn({ err: error }, "waiting for the event log");
      await new Promise((resolve) => setTimeout(resolve, retryLogMs));
    }
  }
}

/** @param saved position of the snapshot that there is; 0 for none. */
function startSaving<S extends object>(
  snapshots: Snapshots<S>,
  logId: string,
  fold: Fold<S>,
  saved: Position,
  log: Logger,
): { stop(): Promise<void> } {
  let savedPosition = saved;
  const save = async (): Promise<void> => {
    if (fold.takenPosition === savedPosition || standstillOf(fold) !== undefined) return;
    const image = fold.image();
    await snapshots.save(logId, image);
    savedPosition = image.lastEvent.position;
    log.debug({ position: savedPosition }, "saved a snapshot");
  };
  // One after the other: they are written to the same file.
  let saving = Promise.resolve();
  const attempt = (): Promise<void> => {
    saving = saving.then(save).catch((error: unknown) => log.warn({ err: error }, "could not save a snapshot"));
    return saving;
  };
  const timer = setInterval(() => void attempt(), snapshotEveryMs);
  return {
    async stop() {
      clearInterval(timer);
      await attempt();
    },
  };
}
