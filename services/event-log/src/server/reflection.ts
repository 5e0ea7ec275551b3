import type { DescFile } from "@bufbuild/protobuf";
import {
  ServerReflectionRequest,
  ServerReflectionResponse,
  ServerReflectionService,
} from "@rhumbline/proto/grpc/reflection/v1/reflection";
import { contractFile, contractFileOf, withImports } from "./contract-files.ts";
import type { GrpcCall } from "./grpc-call.ts";
import { grpcStatus } from "./grpc-status.ts";
import { decodeRequest, encodeAnswer, type Handler, type Handlers } from "./handlers.ts";

type Answer = NonNullable<ServerReflectionResponse["messageResponse"]>;

const { path } = ServerReflectionService.serverReflectionInfo;

/** grpc.reflection.v1.ServerReflection, and v1alpha, whose messages are the same and which older tools ask for.
 *  @param services what is listed, by full name. */
export function reflectionHandlers(services: readonly string[]): Handlers {
  const handler: Handler = (call) => reflect(call, services);
  return new Map([
    [path, handler],
    [path.replace(".v1.", ".v1alpha."), handler],
  ]);
}

async function reflect(call: GrpcCall, services: readonly string[]): Promise<void> {
  for await (const bytes of call.requests()) {
    const request = decodeRequest(ServerReflectionRequest, bytes);
    const messageResponse = answerTo(request.messageRequest, services);
    const answer = { validHost: request.host, originalRequest: request, messageResponse };
    await call.send(encodeAnswer(ServerReflectionResponse, answer));
  }
}

function answerTo(asked: ServerReflectionRequest["messageRequest"], services: readonly string[]): Answer {
  switch (asked?.$case) {
    case "listServices":
      return { $case: "listServicesResponse", value: { service: services.map((name) => ({ name })) } };
    case "fileByFilename":
      return fileAnswer(contractFile(asked.value), asked.value);
    case "fileContainingSymbol":
      return fileAnswer(contractFileOf(asked.value), asked.value);
    case "fileContainingExtension":
    case "allExtensionNumbersOfType":
      return errorAnswer(grpcStatus.unimplemented, "the contracts have no extensions");
    case undefined:
      return errorAnswer(grpcStatus.invalidArgument, "message_request: nothing is asked");
  }
}

function fileAnswer(file: DescFile | undefined, asked: string): Answer {
  if (file === undefined) return errorAnswer(grpcStatus.notFound, `the contracts have no ${asked}`);
  return { $case: "fileDescriptorResponse", value: { fileDescriptorProto: withImports(file) } };
}

function errorAnswer(errorCode: number, errorMessage: string): Answer {
  return { $case: "errorResponse", value: { errorCode, errorMessage } };
}
