import { answerReflection } from "@rhumbline/grpc/reflection";
import {
  ServerReflectionRequest,
  ServerReflectionResponse,
  ServerReflectionService,
} from "@rhumbline/proto/grpc/reflection/v1/reflection";
import type { GrpcCall } from "./grpc-call.ts";
import { decodeRequest, encodeAnswer, type Handler, type Handlers } from "./handlers.ts";

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
    const answer = answerReflection(decodeRequest(ServerReflectionRequest, bytes), services);
    await call.send(encodeAnswer(ServerReflectionResponse, answer));
  }
}
