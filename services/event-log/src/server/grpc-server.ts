import { createServer, type Http2Server, type ServerHttp2Session } from "node:http2";
import type { AddressInfo } from "node:net";
import type { Logger } from "@rhumbline/telemetry";
import { GrpcCall } from "./grpc-call.ts";
import { GrpcError, grpcStatus } from "./grpc-status.ts";
import type { Handler, Handlers } from "./handlers.ts";

export interface GrpcServer {
  /** host:port, with the port that was given where 0 was asked for. */
  readonly address: string;
  /** Takes no new call, ends those under way with UNAVAILABLE, and returns when the last connection is closed. */
  stop(): Promise<void>;
}

/** gRPC over clear-text HTTP/2, by hand: twice the appends a second of @grpc/grpc-js, and the headers go out when we say. */
export async function startGrpcServer(
  listen: { host: string; port: number },
  handlers: Handlers,
  logger: Logger,
): Promise<GrpcServer> {
  const server = createServer({ settings: { initialWindowSize: 1 << 20, maxConcurrentStreams: 10_000 } });
  const sessions = new Set<ServerHttp2Session>();
  const calls = new Set<GrpcCall>();
  server.on("connection", (socket) => socket.setNoDelay(true));
  server.on("session", (session) => {
    sessions.add(session);
    session.setLocalWindowSize(4 << 20);
    session.on("close", () => sessions.delete(session));
    session.on("error", (error) => logger.debug({ err: error }, "connection broken"));
  });
  server.on("stream", (stream, headers) => {
    const call = new GrpcCall(stream, headers);
    calls.add(call);
    call.gone.addEventListener("abort", () => calls.delete(call));
    void serve(call, handlers.get(call.path), logger);
  });
  await listening(server, listen);
  return { address: addressOf(server), stop: () => stop(server, sessions, calls) };
}

async function serve(call: GrpcCall, handler: Handler | undefined, logger: Logger): Promise<void> {
  try {
    if (handler === undefined) throw new GrpcError(grpcStatus.unimplemented, `there is no method ${call.path}`);
    await handler(call);
    call.end();
  } catch (cause) {
    if (call.gone.aborted) return;
    if (!(cause instanceof GrpcError)) logger.error({ err: cause, method: call.path }, "call failed");
    call.fail(cause instanceof GrpcError ? cause : new GrpcError(grpcStatus.internal, "the event log failed"));
  }
}

async function listening(server: Http2Server, { host, port }: { host: string; port: number }): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

function addressOf(server: Http2Server): string {
  const { address, port, family } = server.address() as AddressInfo;
  return family === "IPv6" ? `[${address}]:${port}` : `${address}:${port}`;
}

async function stop(server: Http2Server, sessions: Set<ServerHttp2Session>, calls: Set<GrpcCall>): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  for (const call of calls) call.fail(new GrpcError(grpcStatus.unavailable, "the event log is stopping"));
  for (const session of sessions) session.close();
  // A caller that does not take its last message can't keep the server from stopping.
  const deadline = setTimeout(() => {
    for (const session of sessions) session.destroy();
  }, 2000);
  await closed;
  clearTimeout(deadline);
}
