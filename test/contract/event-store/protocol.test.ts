import { Client, credentials, status } from "@grpc/grpc-js";
import { HealthService } from "@rhumbline/proto/grpc/health/v1/health";
import { GossipService } from "@rhumbline/proto/kurrent/gossip";
import { type ReadReq_Options as Options, type ReadReq, StreamsService } from "@rhumbline/proto/kurrent/streams";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type EventLogProcess, startEventLog } from "../../support/event-log-process.ts";

describe("the embedded log's protocol", () => {
  let server: EventLogProcess;
  let client: Client;
  beforeAll(async () => {
    server = await startEventLog();
    client = new Client(server.address, credentials.createInsecure());
  });
  afterAll(async () => {
    client.close();
    await server.stop();
  });

  interface Method<Request, Answer> {
    readonly path: string;
    readonly requestSerialize: (request: Request) => Buffer;
    readonly responseDeserialize: (bytes: Buffer) => Answer;
  }

  function call<Request, Answer>(method: Method<Request, Answer>, request: Request): Promise<Answer | undefined> {
    const { path, requestSerialize, responseDeserialize } = method;
    return new Promise((resolve, reject) => {
      client.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, (error, answer) =>
        error === null ? resolve(answer) : reject(error),
      );
    });
  }

  async function read(options: Partial<Options> | undefined): Promise<void> {
    const { path, requestSerialize, responseDeserialize } = StreamsService.read;
    const fromStart = { $case: "all", value: { allOption: { $case: "start", value: {} } } } as const;
    const complete: ReadReq = {
      options: options && {
        streamOption: fromStart,
        readDirection: "Forwards",
        resolveLinks: false,
        countOption: { $case: "count", value: 10 },
        filterOption: { $case: "noFilter", value: {} },
        uuidOption: { content: { $case: "string", value: {} } },
        ...options,
      },
    };
    for await (const _ of client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, complete));
  }

  const filterBy = (filter: Extract<Options["filterOption"], { $case: "filter" }>["value"]["filter"]) =>
    ({ $case: "filter", value: { filter, window: undefined, checkpointIntervalMultiplier: 1 } }) as const;
  const at = (commitPosition: number) => {
    const position = { $case: "position", value: { commitPosition, preparePosition: commitPosition } } as const;
    return { $case: "all", value: { allOption: position } } as const;
  };
  const refused: { name: string; options: Partial<Options> | undefined; says: RegExp }[] = [
    { name: "no options", options: undefined, says: /options/ },
    { name: "no count", options: { countOption: undefined }, says: /count_option/ },
    { name: "no stream's name", options: { streamOption: undefined }, says: /stream_identifier/ },
    { name: "a filter without an expression", options: { filterOption: filterBy(undefined) }, says: /filter/ },
    {
      name: "a filter that is no regular expression",
      options: { filterOption: filterBy({ $case: "streamIdentifier", value: { regex: "(", prefix: [] } }) },
      says: /\( is not a regular expression/,
    },
    { name: "a position at which no event stands", options: { streamOption: at(4711) }, says: /position 4711/ },
    {
      name: "a subscription that reads backwards",
      options: { readDirection: "Backwards", countOption: { $case: "subscription", value: {} } },
      says: /read_direction/,
    },
  ];
  test.each(refused)("a read with $name is refused, and says what is wrong", async ({ options, says }) => {
    await expect(read(options)).rejects.toMatchObject({
      code: status.INVALID_ARGUMENT,
      details: expect.stringMatching(says),
    });
  });

  test("links are not resolved, and nothing pretends they are", async () => {
    await expect(read({ resolveLinks: true })).rejects.toMatchObject({ code: status.UNIMPLEMENTED });
  });

  test("garbage instead of a message is refused", async () => {
    const garbage = { ...StreamsService.delete, requestSerialize: () => Buffer.from([0xff, 0xff, 0xff]) };
    await expect(call(garbage, { options: undefined })).rejects.toMatchObject({ code: status.INVALID_ARGUMENT });
  });

  test("a method that is not there is unimplemented", async () => {
    const unknown = { ...StreamsService.delete, path: "/kurrentdb.protocol.v2.streams.StreamsService/AppendSession" };
    await expect(call(unknown, { options: undefined })).rejects.toMatchObject({ code: status.UNIMPLEMENTED });
  });

  test("its health is SERVING, for each of its services and no other", async () => {
    expect(await call(HealthService.check, { service: "" })).toEqual({ status: "SERVING" });
    expect(await call(HealthService.check, { service: "event_store.client.streams.Streams" })).toEqual({
      status: "SERVING",
    });
    await expect(call(HealthService.check, { service: "other" })).rejects.toMatchObject({ code: status.NOT_FOUND });
  });

  test("it is the leader of a cluster of one, at the address by which it was asked", async () => {
    const answer = await call(GossipService.read, {});
    const [address, port] = server.address.split(":");
    expect(answer?.members).toMatchObject([
      { state: "Leader", isAlive: true, httpEndPoint: { address, port: Number(port) } },
    ]);
  });
});
