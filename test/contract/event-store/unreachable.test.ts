import { createServer as createHttp2Server } from "node:http2";
import { createServer } from "node:net";
import { LogUnavailable, OutcomeUnknown } from "@rhumbline/event-sourcing";
import { connectKurrent } from "@rhumbline/event-sourcing/kurrent";
import { describe, expect, test } from "vitest";
import { startEventLog } from "../../support/event-log-process.ts";
import { all, event, newStream, watch } from "./given.ts";

describe("a log that can't be reached", () => {
  test("nobody listens: nothing was written, and it says so", async () => {
    const store = connectKurrent({ connectionString: "kurrentdb://127.0.0.1:1?tls=false" });
    await expect(store.append(newStream(), "any", [event("A")])).rejects.toBeInstanceOf(LogUnavailable);
    await expect(all(store.readAll())).rejects.toBeInstanceOf(LogUnavailable);
    await expect(store.replay({}, () => undefined)).rejects.toBeInstanceOf(LogUnavailable);
    await expect(store.lastPosition()).rejects.toBeInstanceOf(LogUnavailable);
    expect(await watch(store, {}).dropped).toBeInstanceOf(LogUnavailable);
    await store.close();
  });

  test("one that takes the connection and never answers: the outcome is unknown, and no promise hangs", async () => {
    const silent = createServer(() => undefined).listen(0, "127.0.0.1");
    await new Promise((resolve) => silent.once("listening", resolve));
    const address = silent.address();
    const port = typeof address === "object" ? address?.port : undefined;
    const store = connectKurrent({ connectionString: `kurrentdb://127.0.0.1:${port}?tls=false`, appendTimeoutMs: 300 });
    const appends = Array.from({ length: 40 }, () => store.append(newStream(), "any", [event("A")]));
    for (const outcome of await Promise.allSettled(appends)) {
      expect(outcome).toMatchObject({ status: "rejected" });
      const known =
        outcome.status === "rejected" &&
        [OutcomeUnknown, LogUnavailable].some((kind) => outcome.reason instanceof kind);
      expect(known).toBe(true);
    }
    await store.close();
    silent.close();
  });

  test("a server that comes back is found again", async () => {
    const server = await startEventLog();
    const store = connectKurrent({ connectionString: server.connectionString });
    const stream = newStream();
    await store.append(stream, "no-stream", [event("A")]);
    const watched = watch(store, {});
    await watched.until(2);
    expect(await all(store.readStream(stream))).toHaveLength(1);
    await server.stop();
    expect(await watched.dropped).toBeInstanceOf(LogUnavailable);
    await expect(store.append(stream, 0, [event("B")])).rejects.toBeInstanceOf(LogUnavailable);
    const again = await startEventLog({ listen: server.address });
    expect((await store.append(stream, "any", [event("C")])).revision).toBe(0);
    expect(await all(store.readStream(stream))).toHaveLength(1);
    await store.close();
    await again.stop();
  });

  test("a read that finds its connection ended is asked once more on a new one", async () => {
    const connections = new Set<unknown>();
    let reads = 0;
    const server = createHttp2Server().on("stream", (stream) => {
      connections.add(stream.session);
      reads += 1;
      if (reads === 2) stream.session?.destroy();
      else stream.respond({ ":status": 200, "grpc-status": "0" }, { endStream: true });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" ? address?.port : undefined;
    const store = connectKurrent({ connectionString: `kurrentdb://127.0.0.1:${port}?tls=false` });
    expect(await all(store.readAll())).toEqual([]);
    expect(await all(store.readAll())).toEqual([]);
    expect({ connections: connections.size, reads }).toEqual({ connections: 2, reads: 3 });
    await store.close();
    server.close();
  });
});
