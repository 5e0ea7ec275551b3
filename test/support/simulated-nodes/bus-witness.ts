import { type Bus, connectBus, desiredBucketName } from "@rhumbline/messaging";
import { createLogger } from "@rhumbline/telemetry";
import { eventually } from "../eventually.ts";

/** Somebody on the bus who sees every message. */
export interface BusWitness {
  readonly bus: Bus;
  /** Runs the work. @returns the subjects of all messages until its end, those to single subscribers included. */
  during(work: () => Promise<unknown>): Promise<string[]>;
  /** Runs the work. @returns node by node, once for each key of its desired state that was written until its end.
   *  @param kind of resources; by default of any, and manifests. */
  nodesWrittenTo(work: () => Promise<unknown>, kind?: string): Promise<string[]>;
  close(): Promise<void>;
}

export async function witnessBus(nats: string): Promise<BusWitness> {
  const bus = connectBus({ servers: [nats], name: "witness", logger: createLogger("witness", "error") });
  await eventually(() => {
    if (!bus.connected) throw new Error("not connected");
  });
  const subjectsOf = async (wildcard: string, work: () => Promise<unknown>): Promise<string[]> => {
    const subjects: string[] = [];
    const subscription = bus.nats().subscribe(wildcard, { callback: (_, { subject }) => void subjects.push(subject) });
    await bus.nats().flush();
    await work();
    await bus.nats().flush();
    subscription.unsubscribe();
    return subjects;
  };
  return {
    bus,
    during: (work) => subjectsOf(">", work),
    async nodesWrittenTo(work, kind) {
      const prefix = `$KV.${desiredBucketName}.`;
      const keys = (await subjectsOf(`${prefix}>`, work)).map((subject) => subject.slice(prefix.length).split("."));
      return keys.filter(([, written]) => kind === undefined || written === kind).map(([nodeId = ""]) => nodeId);
    },
    close: () => bus.close(),
  };
}
