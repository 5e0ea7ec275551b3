import { BinaryReader } from "@bufbuild/protobuf/wire";
import { Client, credentials } from "@grpc/grpc-js";

/** grpc.reflection.v1.ServerReflectionRequest with list_services = 7, an empty string. */
const listServices = Buffer.from([0x3a, 0x00]);

/** Full names of the services that a server says it serves. */
export async function reflectedServices(address: string): Promise<string[]> {
  const client = new Client(address, credentials.createInsecure());
  const same = (bytes: Buffer): Buffer => bytes;
  const path = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";
  const call = client.makeBidiStreamRequest<Buffer, Buffer>(path, same, same, { deadline: Date.now() + 20_000 });
  try {
    call.end(listServices);
    for await (const answer of call) {
      // ListServiceResponse is field 6, its services are field 1, a service's name is field 1.
      return submessages(answer as Buffer, 6).flatMap((list) =>
        submessages(list, 1).flatMap((service) => submessages(service, 1).map((name) => name.toString())),
      );
    }
    return [];
  } finally {
    client.close();
  }
}

/** What a message holds in one of its length-delimited fields. */
function submessages(bytes: Buffer, field: number): Buffer[] {
  const reader = new BinaryReader(bytes);
  const found: Buffer[] = [];
  while (reader.pos < reader.len) {
    const [number, wireType] = reader.tag();
    if (number === field) found.push(Buffer.from(reader.bytes()));
    else reader.skip(wireType, number);
  }
  return found;
}
