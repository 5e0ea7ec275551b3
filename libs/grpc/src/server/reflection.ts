import { BinaryReader } from "@bufbuild/protobuf/wire";
import type {
  handleBidiStreamingCall,
  Server,
  ServerDuplexStream,
  ServiceDefinition,
  UntypedServiceImplementation,
} from "@grpc/grpc-js";
import type { EnumTypeDefinition } from "@grpc/proto-loader";
import { ReflectionService } from "@grpc/reflection";
import { fileDescriptorSet } from "@rhumbline/proto/descriptors";

/** Tells tools like grpcurl what is served here, and the messages of all contracts. To go through those takes a quarter of a
 *  second and megabytes, and most servers are never asked: it is done for who asks first.
 *  @param services by their full names: "rhumbline.ipam.v1.SubnetService". */
export function addReflection(server: Server, services: readonly string[]): void {
  let whole: readonly Version[] | undefined;
  const versions = (): readonly Version[] => {
    whole ??= versionsOf(new ReflectionService({ contracts: contracts() }, { services: [...services] }));
    return whole;
  };
  for (const [at, { definition }] of versionsOf(new ReflectionService({})).entries())
    server.addService(definition, {
      ServerReflectionInfo: (call: ServerDuplexStream<unknown, unknown>) => versions()[at]?.answer(call),
    });
}

/** Of the reflection service itself. */
interface Version {
  readonly definition: ServiceDefinition;
  readonly answer: handleBidiStreamingCall<unknown, unknown>;
}

function versionsOf(reflection: ReflectionService): Version[] {
  const versions: Version[] = [];
  const addService = (definition: ServiceDefinition, implementation: UntypedServiceImplementation): void => {
    const { ServerReflectionInfo } = implementation as { ServerReflectionInfo: Version["answer"] };
    versions.push({ definition, answer: ServerReflectionInfo });
  };
  reflection.addToServer({ addService });
  return versions;
}

/** The service takes a package's types and reads all files anew at each of them, which took a second of every start: it
 *  is given one type that has all files. */
const contracts = (): EnumTypeDefinition => ({
  format: "Protocol Buffer 3 EnumDescriptorProto",
  type: {},
  fileDescriptorProtos: filesIn(fileDescriptorSet),
});

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
