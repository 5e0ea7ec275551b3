import { Client, credentials, Metadata, status } from "@grpc/grpc-js";
import { StreamsService } from "@rhumbline/proto/kurrent/streams";
import { describe, expect, test } from "vitest";
import { embeddedLog } from "./embedded-log.ts";
import { event, newStream, watch } from "./given.ts";

const intervalMs = 200;
const appends = 60;

describe("a subscriber that asks the embedded log for deliveries that lie apart", () => {
  const log = embeddedLog();

  test("gets every event, in order, and many at once", async () => {
    const stream = newStream();
    let deliveries = 0;
    let open = false;
    const began = performance.now();
    const watched = watch(log.store, { streamPrefixes: [stream], intervalMs }, () => {
      if (open) return;
      open = true;
      deliveries += 1;
      setImmediate(() => {
        open = false;
      });
    });
    await watched.until(1);
    for (let i = 0; i < appends; i += 1)
      await log.store.append(stream, i === 0 ? "no-stream" : i - 1, [event(`E${i}`)]);
    await watched.until(1 + appends);
    const possible = (performance.now() - began) / intervalMs + 2;
    await watched.stop();
    expect(watched.seen).toEqual(["(caught up)", ...Array.from({ length: appends }, (_, i) => `E${i}`)]);
    expect(deliveries).toBeLessThanOrEqual(possible);
  });

  test.each(["soon", "-1", "1001", "0.5"])("is refused with %s, and told what is taken", async (said) => {
    const client = new Client(log.address, credentials.createInsecure());
    const metadata = new Metadata();
    metadata.set("rhumbline-delivery-interval-ms", said);
    const { path, requestSerialize, responseDeserialize } = StreamsService.read;
    const request = {
      options: {
        streamOption: { $case: "all", value: { allOption: { $case: "start", value: {} } } },
        readDirection: "Forwards",
        resolveLinks: false,
        countOption: { $case: "subscription", value: {} },
        filterOption: { $case: "noFilter", value: {} },
        uuidOption: { content: { $case: "string", value: {} } },
      },
    } as const;
    const call = client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, request, metadata);
    const reading = async (): Promise<void> => {
      for await (const _ of call);
    };
    await expect(reading()).rejects.toMatchObject({
      code: status.INVALID_ARGUMENT,
      details: expect.stringMatching(/milliseconds from 0 to 1000/),
    });
    client.close();
  });
});
