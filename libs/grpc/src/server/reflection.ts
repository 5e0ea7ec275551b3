import type { Server, ServerDuplexStream } from "@grpc/grpc-js";
import {
  type ServerReflectionRequest,
  type ServerReflectionResponse,
  ServerReflectionService,
} from "@rhumbline/proto/grpc/reflection/v1/reflection";

type Questions = ServerDuplexStream<ServerReflectionRequest, ServerReflectionResponse>;

/** grpc.reflection.v1.ServerReflection, and v1alpha, whose messages are the same and which older tools ask for. Nothing of the
 *  contracts is loaded before somebody asks.
 *  @param services what is listed, by full name. */
export function addReflection(server: Server, services: readonly string[]): void {
  const answerAll = (questions: Questions): void => {
    // Nothing of a stream is lost before somebody listens to it.
    import("../reflection/answer-reflection.ts").then(
      ({ answerReflection }) => {
        questions.on("data", (request) => questions.write(answerReflection(request, services)));
        questions.on("end", () => questions.end());
      },
      (error: Error) => questions.destroy(error),
    );
  };
  const method = ServerReflectionService.serverReflectionInfo;
  for (const version of [".v1.", ".v1alpha."]) {
    const ofVersion = { ...method, path: method.path.replace(".v1.", version) };
    server.addService({ serverReflectionInfo: ofVersion }, { serverReflectionInfo: answerAll });
  }
}
