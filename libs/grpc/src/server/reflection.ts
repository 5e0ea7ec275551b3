import type { EnumTypeDefinition } from "@grpc/proto-loader";
import { ReflectionService } from "@grpc/reflection";
import { fileDescriptorSet } from "@rhumbline/proto/descriptors";

/** Tells tools like grpcurl what is served here, and the messages of all contracts.
 *  @param services by their full names: "rhumbline.ipam.v1.SubnetService". */
export function reflectionOf(services: readonly string[]): ReflectionService {
  return new ReflectionService({ contracts }, { services: [...services] });
}

/** The service takes a package's types and reads all files anew at each of them, which took a second of every start: it
 *  is given one type that has all files. */
const contracts: EnumTypeDefinition = {
  format: "Protocol Buffer 3 EnumDescriptorProto",
  type: {},
  fileDescriptorProtos: filesIn(fileDescriptorSet),
};

/** The files of a google.protobuf.FileDescriptorSet, each as its bytes: field 1, and no other. */
function filesIn(set: Buffer): Buffer[] {
  const files: Buffer[] = [];
  for (let at = 0; at < set.length; ) {
    at += 1; // the tag
    let length = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = set[at] ?? 0;
      at += 1;
      length += (byte & 127) << shift;
      if (byte < 128) break;
    }
    files.push(set.subarray(at, at + length));
    at += length;
  }
  return files;
}
