import { loadFileDescriptorSetFromBuffer, type PackageDefinition } from "@grpc/proto-loader";
import { ReflectionService } from "@grpc/reflection";
import { fileDescriptorSet } from "@rhumbline/proto/descriptors";

let contracts: PackageDefinition | undefined;

/** Tells tools like grpcurl what is served here, and the messages of all contracts.
 *  @param services by their full names: "rhumbline.ipam.v1.SubnetService". */
export function reflectionOf(services: readonly string[]): ReflectionService {
  // Read once: it takes a third of a second.
  contracts ??= loadFileDescriptorSetFromBuffer(fileDescriptorSet);
  return new ReflectionService(contracts, { services: [...services] });
}
