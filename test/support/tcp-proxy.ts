import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/** A TCP connection in between, whose client's bytes can be held back: what the client has sent is neither lost nor has
 *  it arrived. What the server sends goes through at any time. */
export interface TcpProxy {
  /** host:port to connect to instead of the server's. */
  readonly address: string;
  /** Keeps what clients send from now on. */
  hold(): void;
  /** Keeps what clients send from the bytes on that a text is among. */
  holdFrom(text: string): void;
  /** Whether a text is among the bytes held. */
  holds(text: string): boolean;
  /** Sends on what was held, in order, and all that follows. */
  release(): void;
  /** Breaks every connection, and drops what was held: it never arrives. */
  cut(): void;
  close(): Promise<void>;
}

interface Link {
  readonly client: Socket;
  readonly server: Socket;
  readonly held: Buffer[];
}

/** @param target host:port of the server. */
export async function startTcpProxy(target: string): Promise<TcpProxy> {
  const links = new Set<Link>();
  let holding = false;
  let awaited: string | undefined;
  const listener = createServer((client) => {
    const [host = "", port = ""] = target.split(":");
    const link: Link = { client, server: connect(Number(port), host), held: [] };
    links.add(link);
    const end = (): void => {
      links.delete(link);
      client.destroy();
      link.server.destroy();
    };
    client.on("data", (bytes) => {
      if (awaited !== undefined && bytes.includes(awaited)) holding = true;
      if (holding) link.held.push(bytes);
      else link.server.write(bytes);
    });
    link.server.on("data", (bytes) => client.write(bytes));
    for (const socket of [client, link.server]) {
      // A broken connection is what tests are after; the other side learns of it by the close that follows.
      socket.on("error", () => undefined);
      socket.on("close", end);
    }
  }).listen(0, "127.0.0.1");
  await once(listener, "listening");
  const bound = listener.address();
  if (bound === null || typeof bound === "string") throw new Error("the proxy has no port");

  const cut = (): void => {
    for (const { client } of links) client.destroy();
  };
  return {
    address: `127.0.0.1:${bound.port}`,
    hold: () => {
      holding = true;
    },
    holdFrom: (text) => {
      awaited = text;
    },
    holds: (text) => [...links].some(({ held }) => Buffer.concat(held).includes(text)),
    release() {
      holding = false;
      awaited = undefined;
      for (const { server, held } of links) for (const bytes of held.splice(0)) server.write(bytes);
    },
    cut,
    async close() {
      cut();
      listener.close();
      await once(listener, "close");
    },
  };
}
