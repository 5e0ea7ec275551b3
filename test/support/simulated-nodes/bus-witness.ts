import { type Bus, connectBus, desiredBucketName } from "@rhumbline/messaging";
import { createLogger } from "@rhumbline/telemetry";
import { eventually } from "../eventually.ts";

/** Somebody on the bus who sees every message. */
export interface BusWitness {
  readonly bus: Bus;
  /** Runs the work. @returns the subjects of all messages until its end. */
  during(work: () => Promise<unknown>): Promise<string[]>;
  close(): Promise<void>;
}

export async function witnessBus(nats: string): Promise<BusWitness> {
  const bus = connectBus({ servers: [nats], name: "witness", logger: createLogger("witness", "error") });
  await eventually(() => {
    if (!bus.connected) throw new Error("not connected");
  });
  return {
    bus,
    async during(work) {
      const subjects: string[] = [];
      const subscription = bus.nats().subscribe(">", { callback: (_, { subject }) => void subjects.push(subject) });
      await bus.nats().flush();
      await work();
      await bus.nats().flush();
      subscription.unsubscribe();
      return subjects;
    },
    close: () => bus.close(),
  };
}

/** Which nodes get keys of their desired state by these messages. */
export function nodesWrittenTo(subjects: readonly string[]): Set<string> {
  const prefix = `$KV.${desiredBucketName}.`;
  const keys = subjects.filter((subject) => subject.startsWith(prefix)).map((subject) => subject.slice(prefix.length));
  return new Set(keys.map((key) => key.split(".")[0] ?? ""));
}
