import { BinaryReader } from "@bufbuild/protobuf/wire";
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

/** The files of a google.protobuf.FileDescriptorSet, each as its bytes: they are its only field. */
function filesIn(set: Buffer): Buffer[] {
  const reader = new BinaryReader(set);
  const files: Buffer[] = [];
  while (reader.pos < reader.len) {
    reader.tag();
    files.push(Buffer.from(reader.bytes()));
  }
  return files;
}
