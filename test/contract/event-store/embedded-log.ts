import type { EventStore } from "@rhumbline/event-sourcing";
import { connectKurrent } from "@rhumbline/event-sourcing/kurrent";
import { afterAll, beforeAll } from "vitest";
import { type EventLogProcess, startEventLog } from "../../support/event-log-process.ts";

/** An embedded log and a connection to it. */
export interface EmbeddedLog {
  readonly store: EventStore;
  /** "127.0.0.1:port". */
  readonly address: string;
}

/** One for the tests of the suite that this is called in, from before the first until after the last. */
export function embeddedLog(): EmbeddedLog {
  let server: EventLogProcess;
  let store: EventStore;
  beforeAll(async () => {
    server = await startEventLog();
    store = connectKurrent({ connectionString: server.connectionString });
  });
  afterAll(async () => {
    await store.close();
    await server.stop();
  });
  return {
    get store() {
      return store;
    },
    get address() {
      return server.address;
    },
  };
}
