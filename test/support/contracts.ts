import {
  createFileRegistry,
  type DescMethod,
  type DescService,
  type FileRegistry,
  fromBinary,
} from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import type { Caller, Channel, MethodDefinition } from "@rhumbline/grpc";
import { fileDescriptorSet } from "@rhumbline/proto/descriptors";

const registry: FileRegistry = createFileRegistry(fromBinary(FileDescriptorSetSchema, fileDescriptorSet));

/** Rhumbline's own gRPC services, as its contracts describe them. */
export const contractedServices: readonly DescService[] = [...registry].flatMap((type) =>
  type.kind === "service" && type.typeName.startsWith("rhumbline.") ? [type] : [],
);

/** Sends bytes as a method's request, whatever they are, and waits for the end of the call: of a stream, until its first
 *  message. */
export async function callWithBytes(
  channel: Channel,
  method: DescMethod,
  bytes: Uint8Array,
  timeoutMs: number,
  caller?: Caller,
): Promise<void> {
  const { methodKind } = method;
  const definition: MethodDefinition<Buffer, Buffer> = {
    path: `/${method.parent.typeName}/${method.name}`,
    requestStream: methodKind === "client_streaming" || methodKind === "bidi_streaming",
    responseStream: methodKind === "server_streaming" || methodKind === "bidi_streaming",
    requestSerialize: (value) => value,
    requestDeserialize: (value) => value,
    responseSerialize: (value) => value,
    responseDeserialize: (value) => value,
  };
  const request = Buffer.from(bytes);
  const options = { timeoutMs, ...(caller && { caller }) };
  if (definition.responseStream) {
    const client = channel.client({ call: { ...definition, responseStream: true as const } });
    for await (const _first of client.call(request, options)) return;
  } else await channel.unary(definition, request, options);
}
