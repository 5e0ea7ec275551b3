import { env } from "node:process";
import type { EventStore } from "@rhumbline/event-sourcing";
import { connectKurrent } from "@rhumbline/event-sourcing/kurrent";
import { createMemoryStore } from "@rhumbline/event-sourcing/memory";
import { afterAll, beforeAll, describe, type TestOptions } from "vitest";
import { startEventLog } from "../../support/event-log-process.ts";

export interface StoreUnderTest {
  readonly store: EventStore;
  /** How to reach what is behind it with the client itself; undefined for the store in memory. */
  readonly connectionString: string | undefined;
  /** Whether it appends to several streams at once. */
  readonly appendsTogether: boolean;
}

interface OpenStore extends Omit<StoreUnderTest, "appendsTogether"> {
  close(): Promise<void>;
}

interface StoreKind {
  readonly name: string;
  /** Skips the tests, with the reason, where there is no such store. */
  readonly options: TestOptions;
  readonly appendsTogether: boolean;
  open(): Promise<OpenStore>;
}

const kurrentConnectionString = env["RHUMBLINE_TEST_KURRENT"];

const memory: StoreKind = {
  name: "memory",
  options: {},
  appendsTogether: true,
  async open() {
    const store = createMemoryStore();
    return { store, connectionString: undefined, close: () => store.close() };
  },
};

const eventLog: StoreKind = {
  name: "event-log, read by our own calls",
  options: {},
  appendsTogether: true,
  async open() {
    const server = await startEventLog();
    return connected(server.connectionString, () => server.stop());
  },
};

/** A connection string of several servers is the official client's alone to understand. */
const officially: StoreKind = {
  name: "event-log through the official client alone",
  options: {},
  appendsTogether: false,
  async open() {
    const server = await startEventLog();
    const [scheme = "", rest = ""] = server.connectionString.split("//");
    const [address = "", query = ""] = rest.split("?");
    const twice = [address, address].map((each) => each.replace("/", "")).join(",");
    return connected(`${scheme}//${twice}?${query}`, () => server.stop());
  },
};

/** Every test writes to streams of its own, so the cluster may be in use by others. */
const kurrentDb: StoreKind = {
  name: "the KurrentDB of RHUMBLINE_TEST_KURRENT",
  options:
    kurrentConnectionString === undefined
      ? { skip: true, meta: { skipReason: "RHUMBLINE_TEST_KURRENT holds no connection string of a KurrentDB to try" } }
      : {},
  appendsTogether: false,
  open: async () => connected(kurrentConnectionString ?? "", async () => undefined),
};

/** The same tests for every store that is held to the contract.
 *  @param tests get the store of their run; it is open once a test runs. */
export function describeEachStore(title: string, tests: (under: StoreUnderTest) => void): void {
  for (const { name, options, appendsTogether, open } of [memory, eventLog, officially, kurrentDb]) {
    describe(`${title} ${name}`, options, () => {
      let opened: OpenStore | undefined;
      const required = (): OpenStore => {
        if (opened === undefined) throw new Error("the store is opened before the first test, not before");
        return opened;
      };
      beforeAll(async () => {
        opened = await open();
      });
      afterAll(() => opened?.close());
      tests({
        appendsTogether,
        get store() {
          return required().store;
        },
        get connectionString() {
          return required().connectionString;
        },
      });
    });
  }
}

function connected(connectionString: string, stopServer: () => Promise<unknown>): OpenStore {
  const store = connectKurrent({ connectionString });
  return {
    store,
    connectionString,
    async close() {
      await store.close();
      await stopServer();
    },
  };
}
