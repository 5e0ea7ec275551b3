import type { DescFile } from "@bufbuild/protobuf";
import type { ServerReflectionRequest, ServerReflectionResponse } from "@rhumbline/proto/grpc/reflection/v1/reflection";
import { contractFile, contractFileOf, withImports } from "./contract-files.ts";

type Answer = NonNullable<ServerReflectionResponse["messageResponse"]>;

/** google.rpc.Code */
const code = { invalidArgument: 3, notFound: 5, unimplemented: 12 } as const;

/** What grpc.reflection.v1.ServerReflection answers: to tools like grpcurl, of all contracts.
 *  @param services what is listed, by full name: "rhumbline.ipam.v1.SubnetService". */
export function answerReflection(
  request: ServerReflectionRequest,
  services: readonly string[],
): ServerReflectionResponse {
  const messageResponse = answerTo(request.messageRequest, services);
  return { validHost: request.host, originalRequest: request, messageResponse };
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
      return errorAnswer(code.unimplemented, "the contracts have no extensions");
    case undefined:
      return errorAnswer(code.invalidArgument, "message_request: nothing is asked");
  }
}

function fileAnswer(file: DescFile | undefined, asked: string): Answer {
  if (file === undefined) return errorAnswer(code.notFound, `the contracts have no ${asked}`);
  return { $case: "fileDescriptorResponse", value: { fileDescriptorProto: withImports(file) } };
}

function errorAnswer(errorCode: number, errorMessage: string): Answer {
  return { $case: "errorResponse", value: { errorCode, errorMessage } };
}
