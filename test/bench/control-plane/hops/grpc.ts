import { Client, credentials, type MethodDefinition, Server, ServerCredentials } from "@grpc/grpc-js";
import type { Hop, Transport } from "./transport.ts";

const toBytes = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
const fromBytes = (bytes: Buffer): Hop => JSON.parse(bytes.toString());

const call: MethodDefinition<Hop, Hop> = {
  path: "/hops.Hops/Call",
  ...{ requestStream: false, responseStream: false },
  ...{ requestSerialize: toBytes, requestDeserialize: fromBytes },
  ...{ responseSerialize: toBytes, responseDeserialize: fromBytes },
};

/** Unary calls of the library that the services use. */
export const grpc: Transport = {
  serve: (answer) => {
    const server = new Server();
    server.addService(
      { call },
      {
        call: ({ request }: { request: Hop }, done: (error: null, answered: Hop) => void) =>
          void answer(request).then(() => done(null, request)),
      },
    );
    return new Promise((resolve, reject) => {
      server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) =>
        error === null ? resolve(port) : reject(error),
      );
    });
  },
  caller: (port) => {
    const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
    const { path, requestSerialize, responseDeserialize } = call;
    return {
      call: (hop) =>
        new Promise((resolve, reject) => {
          client.makeUnaryRequest(path, requestSerialize, responseDeserialize, hop, (error) =>
            error === null ? resolve() : reject(error),
          );
        }),
      close: () => client.close(),
    };
  },
};
