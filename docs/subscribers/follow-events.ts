/**
 * Follows Rhumbline's events on NATS and prints a line for each. Started again, it goes on where it was.
 *
 *   npx tsx follow-events.ts nats://[USER:PASSWORD@]127.0.0.1:4222 my-subscriber my-subscriber.position
 *
 * Needs @nats-io/transport-node and @nats-io/jetstream.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { AckPolicy, type JsMsg, jetstream, jetstreamManager } from "@nats-io/jetstream";
import { connect, type NatsConnection } from "@nats-io/transport-node";

const [server = "nats://127.0.0.1:4222", name = "follow-events", positionFile = `${name}.position`] =
  process.argv.slice(2);

/** Log position of the last event that was handled. Ours to keep: NATS knows what it delivered, not what we did with it. */
let last = existsSync(positionFile) ? Number(readFileSync(positionFile, "utf8")) : 0;

function handle(message: JsMsg): void {
  const header = (attribute: string): string => decodeURIComponent(message.headers?.get(`ce-${attribute}`) ?? "");
  const sequence = Number(header("sequence"));
  const previous = Number(header("previous"));
  // Delivered again, since we ended between handling it and saying so, or since the stream was filled anew.
  if (sequence <= last) return;
  if (previous !== last) say(`GAP  not on NATS: what is after ${last} up to ${previous}; the log has it (audit.Watch)`);
  const data = message.json<Record<string, unknown>>();
  say(`${sequence}  ${header("type")}  ${header("subject")}  by ${header("authid") || "-"}  ${JSON.stringify(data)}`);
  last = sequence;
  writeFileSync(`${positionFile}.new`, String(last));
  renameSync(`${positionFile}.new`, positionFile);
}

/** Until the consumer is gone, with its stream or by hand. */
async function follow(connection: NatsConnection): Promise<void> {
  const manager = await jetstreamManager(connection);
  await manager.consumers.add("EVENTS", {
    durable_name: name,
    filter_subject: "rhumbline.evt.>",
    ack_policy: AckPolicy.Explicit,
    // One after the other: a message that comes again after a later one would look like a repeat.
    max_ack_pending: 1,
  });
  const consumer = await jetstream(connection).consumers.get("EVENTS", name);
  for await (const message of await consumer.consume({ max_messages: 100, abort_on_missing_resource: true })) {
    handle(message);
    message.ack();
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

const { host, username, password } = new URL(server);
const connection = await connect({
  servers: host,
  maxReconnectAttempts: -1,
  // A server that knows users lets each have its own inboxes only.
  ...(username !== "" && { user: username, pass: password, inboxPrefix: `_INBOX.${username}` }),
});
for (;;) {
  try {
    await follow(connection);
  } catch (error) {
    say(`WAIT ${error instanceof Error ? error.message : String(error)}`);
  }
  await pause(1_000);
}
