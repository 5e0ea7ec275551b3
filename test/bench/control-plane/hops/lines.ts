import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { createInterface } from "node:readline";
import type { Transport } from "./transport.ts";

/** Lines over TCP: by less no two processes can exchange calls. */
export const lines: Transport = {
  serve: async (answer) => {
    const server = createServer({ noDelay: true }, (socket) => {
      createInterface(socket).on("line", (line) => void answer(JSON.parse(line)).then(() => socket.write("\n")));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    return (server.address() as AddressInfo).port;
  },
  caller: (port) => {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    const waiting: (() => void)[] = [];
    createInterface(socket).on("line", () => waiting.shift()?.());
    return {
      call: (hop) =>
        new Promise((resolve) => {
          waiting.push(resolve);
          socket.write(`${JSON.stringify(hop)}\n`);
        }),
      close: () => socket.destroy(),
    };
  },
};
