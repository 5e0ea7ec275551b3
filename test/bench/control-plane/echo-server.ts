import { Server, ServerCredentials } from "@grpc/grpc-js";
import { echo } from "./echo.ts";

const answer = Buffer.alloc(Number(process.argv[2]), "x");
const server = new Server();
server.addService({ echo } as never, {
  echo: (_: unknown, reply: (error: null, value: Buffer) => void) => reply(null, answer),
});
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (_, port) => process.send?.(`127.0.0.1:${port}`));
process.on("disconnect", () => process.exit(0));
