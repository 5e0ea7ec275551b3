import { setTimeout as pause } from "node:timers/promises";
import { type CallOptions, type Channel, type ClientOf, failureOf, openChannel, saidMetadata } from "@rhumbline/grpc";
import type { Identity, ServiceName } from "../config.ts";
import { ServiceFailure } from "../errors/service-failure.ts";

export interface Services {
  /** The functions of one gRPC service. Their failures are ServiceFailures. */
  client<D extends object>(service: ServiceName, definition: D): ClientOf<D>;
  /** The highest log position in any answer so far: what is read next must not be older. */
  position(): number;
  close(): void;
}

type Method = (request: never, options: CallOptions) => Promise<unknown> | AsyncIterable<unknown>;

/** Connections to the services, each made when it is first used. Every call carries the command's trace. */
export function openServices(
  addresses: Readonly<Record<ServiceName, string>> & Identity,
  traceparent: string | undefined,
): Services {
  const { asUser: user, asProject: projectId, asRoles: roles } = addresses;
  const metadata = saidMetadata({ user, projectId, roles });
  const channels = new Map<string, Channel>();
  let highest = 0;
  const saw = <T>(answer: T): T => {
    const { position } = answer as { position?: unknown };
    if (typeof position === "number") highest = Math.max(highest, position);
    return answer;
  };
  const channelTo = (address: string): Channel => {
    const channel = channels.get(address) ?? openChannel(address);
    channels.set(address, channel);
    return channel;
  };

  const wrapped = (service: ServiceName, method: Method): Method => {
    const fail = (error: unknown): unknown => {
      const failure = failureOf(error);
      return failure === undefined ? error : new ServiceFailure(service, addresses[service], failure);
    };
    const streamed = async function* (answers: AsyncIterable<unknown>) {
      try {
        yield* answers;
      } catch (error) {
        throw fail(error);
      }
    };
    return (request, options) => {
      const call = (): Promise<unknown> | AsyncIterable<unknown> =>
        method(request, { ...options, metadata, traceparent });
      const answer = call();
      if (Symbol.asyncIterator in answer) return streamed(answer);
      return untilThereIsAWriter(answer, call as () => Promise<unknown>).then(saw, (error: unknown) => {
        throw fail(error);
      });
    };
  };

  return {
    client<D extends object>(service: ServiceName, definition: D): ClientOf<D> {
      const functions = Object.entries(channelTo(addresses[service]).client(definition)) as [string, Method][];
      return Object.fromEntries(
        functions.map(([name, method]) => [name, wrapped(service, method)]),
      ) as unknown as ClientOf<D>;
    },
    position: () => highest,
    close() {
      for (const channel of channels.values()) channel.close();
    },
  };
}

const retryMs = 250;
const maxTries = 40;

/** While a service changes its writer it refuses, having done nothing: asked again a little later, it does not. */
async function untilThereIsAWriter(first: Promise<unknown>, again: () => Promise<unknown>): Promise<unknown> {
  let answer = first;
  for (let tries = 1; ; tries++) {
    try {
      return await answer;
    } catch (error) {
      const reason = failureOf(error)?.reason;
      if (tries === maxTries || (reason !== "NO_WRITER" && reason !== "WRITER_DEPOSED")) throw error;
    }
    await pause(retryMs);
    answer = again();
  }
}
