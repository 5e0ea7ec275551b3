import { type ConnectionOptions, connect, type NatsConnection, type Subscription } from "@nats-io/transport-node";
import type { Logger } from "@rhumbline/telemetry";
import { wait } from "../wait.ts";
import { BusUnavailable } from "./bus-errors.ts";
import { asBusError } from "./nats-errors.ts";
import { serverAccess } from "./server-access.ts";
import { withinMs } from "./within-ms.ts";

export interface BusOptions {
  /** "nats://host:port" or "nats://user:password@host:port", tried in any order. */
  readonly servers: readonly string[];
  /** Shown in the server's list of connections. */
  readonly name: string;
  readonly logger: Logger;
}

export type MessageHandler = (payload: Uint8Array, subject: string) => void;
export type RequestHandler = (payload: Uint8Array, subject: string) => Promise<Uint8Array>;

/** Call to end what was started. */
export type Stop = () => void;

interface Subscribed {
  readonly subject: string;
  readonly receive: (message: { data: Uint8Array; subject: string; respond(payload?: Uint8Array): boolean }) => void;
  live: Subscription | undefined;
}

const retryMs = 500;
const requestTimeoutMs = 2000;
/** By the client, which keeps a request that nobody answered for so long. */
const forgottenAfterMs = 60_000;

/** One connection to NATS that is kept up for ever. Subscriptions and `onConnected` listeners outlive every
 *  disconnection; what is published or asked while there is no connection is not kept. */
export class Bus {
  readonly #options: BusOptions;
  readonly #subscribed = new Set<Subscribed>();
  readonly #connectedListeners = new Set<() => void>();
  readonly #closing = new AbortController();
  #connection: NatsConnection | undefined;
  #up = false;
  #ended: Promise<void> = Promise.resolve();

  constructor(options: BusOptions) {
    this.#options = options;
  }

  /** Starts connecting and returns at once. */
  start(): void {
    this.#ended = this.#stayConnected();
  }

  /** What answers to this user's requests begin with, so that a server can keep users from each other's. Undefined: the
   *  client's own, since it names no user. */
  get inboxPrefix(): string | undefined {
    return inboxPrefixOf(this.#options);
  }

  get connected(): boolean {
    return this.#up;
  }

  /** The live connection, for JetStream.
   *  @throws {BusUnavailable} there is none now. */
  nats(): NatsConnection {
    if (this.#connection === undefined || !this.#up) throw new BusUnavailable("not connected");
    return this.#connection;
  }

  /** Called after each connection, the first included; at once when there is one already. */
  onConnected(listener: () => void): Stop {
    this.#connectedListeners.add(listener);
    if (this.#up) listener();
    return () => this.#connectedListeners.delete(listener);
  }

  /** Best effort: dropped while there is no connection. */
  publish(subject: string, payload: Uint8Array): void {
    if (this.#up) this.#connection?.publish(subject, payload);
  }

  /** Every message on the subject (wildcards `*` and `>`), in order. */
  subscribe(subject: string, handler: MessageHandler): Stop {
    return this.#subscribe(subject, (message) => handler(message.data, message.subject));
  }

  /** Answers requests on the subject. All that serve it get each request, and the first answer counts: a process that sleeps
   *  keeps none from another that is awake. A handler that throws answers nothing: the requester asks again. */
  serve(subject: string, handler: RequestHandler): Stop {
    return this.#subscribe(subject, (message) => {
      handler(message.data, message.subject).then(
        (answer) => message.respond(answer),
        (error: unknown) => this.#options.logger.warn({ err: error, subject: message.subject }, "request not answered"),
      );
    });
  }

  /** @throws {BusUnavailable} no connection, nobody serves the subject, or no answer in time. */
  async request(subject: string, payload: Uint8Array, timeoutMs: number = requestTimeoutMs): Promise<Uint8Array> {
    const inTime = withinMs(timeoutMs);
    try {
      const answer = this.nats().request(subject, payload, { timeout: forgottenAfterMs });
      return (await Promise.race([answer, inTime.over])).data;
    } catch (error) {
      throw asBusError(error, subject);
    } finally {
      inTime.end();
    }
  }

  /** Sends what is still buffered, then closes. */
  async close(): Promise<void> {
    this.#closing.abort();
    const connection = this.#connection;
    if (this.#up) await connection?.flush().catch(() => undefined); // Lost with the connection: nobody waits for it.
    await connection?.close();
    await this.#ended;
  }

  async #stayConnected(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      try {
        await this.#liveOnce(await connect(connectionOptions(this.#options)));
      } catch (error) {
        this.#options.logger.debug(
          { err: error, servers: serverAccess(this.#options.servers).servers },
          "bus not reached yet",
        );
      }
      await wait(retryMs, signal);
    }
  }

  async #liveOnce(connection: NatsConnection): Promise<void> {
    this.#connection = connection;
    if (this.#closing.signal.aborted) return connection.close();
    for (const subscribed of this.#subscribed) subscribed.live = begin(connection, subscribed);
    this.#came();
    for await (const status of connection.status()) {
      if (status.type === "disconnect") this.#went();
      if (status.type === "reconnect") this.#came();
      if (status.type === "error") this.#options.logger.warn({ err: status.error }, "the bus refused something");
    }
    await connection.closed();
    this.#went();
  }

  #came(): void {
    this.#up = true;
    this.#options.logger.info({ server: this.#connection?.getServer() }, "bus connected");
    for (const listener of this.#connectedListeners) listener();
  }

  #went(): void {
    if (this.#up && !this.#closing.signal.aborted) this.#options.logger.warn("bus connection lost; retrying");
    this.#up = false;
  }

  #subscribe(subject: string, receive: Subscribed["receive"]): Stop {
    const subscribed: Subscribed = { subject, receive, live: undefined };
    this.#subscribed.add(subscribed);
    if (this.#connection !== undefined && !this.#connection.isClosed())
      subscribed.live = begin(this.#connection, subscribed);
    return () => {
      this.#subscribed.delete(subscribed);
      subscribed.live?.unsubscribe();
    };
  }
}

/** A bus that connects in the background: a program starts and works whether NATS is there or not. */
export function connectBus(options: BusOptions): Bus {
  const bus = new Bus(options);
  bus.start();
  return bus;
}

function connectionOptions({ servers: addresses, name }: BusOptions): ConnectionOptions {
  const { servers, user, password } = serverAccess(addresses);
  const inboxPrefix = inboxPrefixOf({ servers: addresses });
  return {
    servers: [...servers],
    ...(user !== undefined && { user, pass: password ?? "" }),
    ...(inboxPrefix !== undefined && { inboxPrefix }),
    name,
    maxReconnectAttempts: -1,
    reconnectTimeWait: retryMs,
    ignoreAuthErrorAbort: true, // A server restarted with the right password takes us back.
    pingInterval: 5000, // A peer that vanished without a word is noticed in 10 s.
    maxPingOut: 2,
    timeout: 5000,
    noAsyncTraces: true, // Else an error with its stack is made for each request, whether it fails or not.
  };
}

function inboxPrefixOf({ servers }: Pick<BusOptions, "servers">): string | undefined {
  const { user } = serverAccess(servers);
  return user === undefined ? undefined : `_INBOX.${user}`;
}

function begin(connection: NatsConnection, { subject, receive }: Subscribed): Subscription {
  return connection.subscribe(subject, {
    callback: (error, message) => {
      if (error === null) receive(message);
    },
  });
}
