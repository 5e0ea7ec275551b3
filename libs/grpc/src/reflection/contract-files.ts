import { createFileRegistry, type DescFile, type FileRegistry, fromBinary, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { fileDescriptorSet } from "@rhumbline/proto/descriptors";

let contracts: FileRegistry | undefined;

/** Read when somebody asks first: the log itself needs none of it. */
function registry(): FileRegistry {
  contracts ??= createFileRegistry(fromBinary(FileDescriptorSetSchema, fileDescriptorSet));
  return contracts;
}

/** @param name "rhumbline/eventlog/v1/event_log_admin.proto" */
export function contractFile(name: string): DescFile | undefined {
  return registry().getFile(name);
}

/** The file that declares a type, a service or a method.
 *  @param symbol by its full name: "rhumbline.eventlog.v1.EventLogAdminService.Backup". */
export function contractFileOf(symbol: string): DescFile | undefined {
  const type = registry().get(symbol);
  if (type !== undefined) return type.file;
  const dot = symbol.lastIndexOf(".");
  const service = registry().getService(symbol.slice(0, Math.max(0, dot)));
  return service?.methods.some(({ name }) => name === symbol.slice(dot + 1)) ? service.file : undefined;
}

/** A file and all that it needs, each as a google.protobuf.FileDescriptorProto; the file itself comes first. */
export function withImports(file: DescFile): Buffer[] {
  // A set keeps its order, and is walked through to what was added on the way.
  const files = new Set([file]);
  for (const { dependencies } of files) for (const needed of dependencies) files.add(needed);
  return [...files].map(({ proto }) => Buffer.from(toBinary(FileDescriptorProtoSchema, proto)));
}
