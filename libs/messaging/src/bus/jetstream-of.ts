import { type JetStreamClient, jetstream } from "@nats-io/jetstream";
import { type KV, Kvm } from "@nats-io/kv";
import type { NatsConnection } from "@nats-io/transport-node";
import type { Bus } from "./bus.ts";
import { type StoredMessages, storedMessages } from "./stored-messages.ts";

const clients = new WeakMap<NatsConnection, JetStreamClient>();
const stored = new WeakMap<NatsConnection, StoredMessages>();
const buckets = new WeakMap<NatsConnection, Map<string, Promise<KV>>>();

/** The JetStream client of the bus's connection: one for all calls, since making one costs more than a call.
 *  @throws {BusUnavailable} */
export function jetstreamOf(bus: Bus): JetStreamClient {
  const connection = bus.nats();
  const present = clients.get(connection);
  if (present !== undefined) return present;
  const made = jetstream(connection);
  clients.set(connection, made);
  return made;
}

/** What streams are to store, by the bus's connection.
 *  @throws {BusUnavailable} */
export function storedMessagesOf(bus: Bus): StoredMessages {
  const connection = bus.nats();
  const present = stored.get(connection);
  if (present !== undefined) return present;
  const made = storedMessages(connection, bus.inboxPrefix);
  stored.set(connection, made);
  return made;
}

/** A key-value bucket over the bus's connection, whether it is there or not. No direct reads: a replica may answer them
 *  with an older value than the one just written.
 *  @throws {BusUnavailable} */
export function bucketOf(bus: Bus, name: string): Promise<KV> {
  const connection = bus.nats();
  const ofConnection = buckets.get(connection) ?? new Map<string, Promise<KV>>();
  buckets.set(connection, ofConnection);
  const opened = ofConnection.get(name) ?? new Kvm(jetstreamOf(bus)).open(name, { allow_direct: false });
  ofConnection.set(name, opened);
  return opened;
}
