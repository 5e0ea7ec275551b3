import { createFileRegistry, type DescFile, fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { Client, credentials, status } from "@grpc/grpc-js";
import {
  type ServerReflectionRequest as Request,
  type ServerReflectionResponse as Response,
  ServerReflectionService,
} from "@rhumbline/proto/grpc/reflection/v1/reflection";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type EventLogProcess, startEventLog } from "../../support/event-log-process.ts";

type Question = NonNullable<Request["messageRequest"]>;
type Answer = Response["messageResponse"];

describe("the embedded log's reflection", () => {
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

  /** Asks everything over one stream, as tools do. */
  async function ask(questions: readonly (Question | undefined)[], version = "v1"): Promise<Answer[]> {
    const { path, requestSerialize, responseDeserialize } = ServerReflectionService.serverReflectionInfo;
    const call = client.makeBidiStreamRequest(
      path.replace(".v1.", `.${version}.`),
      requestSerialize,
      responseDeserialize,
    );
    for (const messageRequest of questions) call.write({ host: "", messageRequest });
    call.end();
    const answers: Answer[] = [];
    for await (const { messageResponse } of call as AsyncIterable<Response>) answers.push(messageResponse);
    return answers;
  }

  /** An answer's file, read as a tool reads it: what it imports must be in the answer too. */
  function fileOf(answer: Answer): DescFile {
    if (answer?.$case !== "fileDescriptorResponse") throw new Error(`no files: ${JSON.stringify(answer)}`);
    const files = answer.value.fileDescriptorProto.map((bytes) => fromBinary(FileDescriptorProtoSchema, bytes));
    const [asked] = files;
    if (asked === undefined) throw new Error("an answer without a file");
    const file = createFileRegistry(asked, (name) => files.find((each) => each.name === name)).getFile(asked.name);
    if (file === undefined) throw new Error(`${asked.name} can't be read`);
    return file;
  }

  test.each(["v1", "v1alpha"])("lists what is served, in %s", async (version) => {
    const [answer] = await ask([{ $case: "listServices", value: "*" }], version);
    const names = answer?.$case === "listServicesResponse" ? answer.value.service.map(({ name }) => name) : [];
    expect(names.sort()).toEqual([
      "event_store.client.gossip.Gossip",
      "event_store.client.server_features.ServerFeatures",
      "event_store.client.streams.Streams",
      "rhumbline.eventlog.v1.EventLogAdminService",
    ]);
    const described = await ask(names.map((value) => ({ $case: "fileContainingSymbol", value })));
    expect(described.flatMap((each) => fileOf(each).services.map(({ typeName }) => typeName))).toEqual(names);
  });

  test("gives a file by its name, and by a method or a type in it", async () => {
    const admin = "rhumbline.eventlog.v1";
    const answers = await ask([
      { $case: "fileByFilename", value: "rhumbline/eventlog/v1/event_log_admin.proto" },
      { $case: "fileContainingSymbol", value: `${admin}.EventLogAdminService.Backup` },
      { $case: "fileContainingSymbol", value: `${admin}.LogCopy.Summary` },
    ]);
    for (const answer of answers) expect(fileOf(answer).proto.name).toBe("rhumbline/eventlog/v1/event_log_admin.proto");
  });

  test("answers what it can't give with a code, and goes on", async () => {
    const answers = await ask([
      { $case: "fileByFilename", value: "no/such.proto" },
      { $case: "fileContainingSymbol", value: "no.such.Type" },
      { $case: "fileContainingSymbol", value: "rhumbline.eventlog.v1.EventLogAdminService.NoSuchMethod" },
      { $case: "fileContainingSymbol", value: "" },
      { $case: "allExtensionNumbersOfType", value: "rhumbline.eventlog.v1.LogCopy" },
      undefined,
    ]);
    const { NOT_FOUND, UNIMPLEMENTED, INVALID_ARGUMENT } = status;
    expect(answers.map((answer) => (answer?.$case === "errorResponse" ? answer.value.errorCode : undefined))).toEqual([
      NOT_FOUND,
      NOT_FOUND,
      NOT_FOUND,
      NOT_FOUND,
      UNIMPLEMENTED,
      INVALID_ARGUMENT,
    ]);
  });
});
