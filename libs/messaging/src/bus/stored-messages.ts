import { type ApiError, JetStreamApiError } from "@nats-io/jetstream";
import { createInbox, type Msg, type MsgHdrs, MsgHdrsImpl, type NatsConnection } from "@nats-io/transport-node";
import { BusUnavailable } from "./bus-errors.ts";

/** A message that a stream is to store. */
interface StoredMessage {
  readonly subject: string;
  readonly payload: Uint8Array;
  /** By their names, each once. No value holds a line break. */
  readonly headers: Iterable<readonly [string, string]>;
}

/** Messages that streams store, each answered with its sequence there. */
export interface StoredMessages {
  /** Messages leave in the order of the calls, and together where nothing is waited for between them.
   *  @throws {JetStreamApiError} the stream refused it.
   *  @throws {BusUnavailable} nobody stores the subject, or no answer came in time: it may be stored all the same. */
  publish(message: StoredMessage): Promise<number>;
}

interface Unanswered {
  readonly sentMs: number;
  readonly resolve: (sequence: number) => void;
  readonly reject: (cause: Error) => void;
}

const answerTimeoutMs = 5_000;
const noResponders = 503;

/** By JetStream's protocol, on one inbox and without a request of its own for each message: the client's requests cost
 *  several times what their messages do, and each leaves by itself.
 *  @param inboxPrefix undefined: the client's own. */
export function storedMessages(connection: NatsConnection, inboxPrefix: string | undefined): StoredMessages {
  const inbox = createInbox(inboxPrefix);
  const unanswered = new Map<string, Unanswered>();
  let lastNumber = 0;
  let timer: NodeJS.Timeout | undefined;

  const settle = (reply: string, end: (message: Unanswered) => void): void => {
    const message = unanswered.get(reply);
    unanswered.delete(reply);
    if (message !== undefined) end(message);
  };
  connection.subscribe(`${inbox}.*`, {
    callback(error, answer) {
      if (error === null) settle(answer.subject, (message) => answered(message, answer));
    },
  });
  void connection.closed().then(() => {
    for (const reply of [...unanswered.keys()])
      settle(reply, ({ reject }) => reject(new BusUnavailable("the connection was closed")));
  });

  /** They are in the order in which they left. */
  const giveUpOld = (): void => {
    timer = undefined;
    const now = performance.now();
    for (const [reply, { sentMs }] of unanswered) {
      const leftMs = sentMs + answerTimeoutMs - now;
      if (leftMs > 0) {
        timer = setTimeout(giveUpOld, leftMs).unref();
        return;
      }
      settle(reply, ({ reject }) => reject(new BusUnavailable(`no answer in ${answerTimeoutMs} ms`)));
    }
  };

  return {
    publish: ({ subject, payload, headers: named }) =>
      new Promise((resolve, reject) => {
        lastNumber += 1;
        const reply = `${inbox}.${lastNumber}`;
        try {
          connection.publish(subject, payload, { reply, headers: natsHeaders(named) });
        } catch (error) {
          reject(new BusUnavailable(`${subject} was not sent`, { cause: error }));
          return;
        }
        unanswered.set(reply, { sentMs: performance.now(), resolve, reject });
        if (timer === undefined) timer = setTimeout(giveUpOld, answerTimeoutMs).unref();
      }),
  };
}

interface StoreAnswer {
  readonly seq?: number;
  readonly error?: ApiError;
}

function answered({ resolve, reject }: Unanswered, answer: Msg): void {
  if (answer.headers?.code === noResponders) {
    reject(new BusUnavailable("no stream stores it"));
    return;
  }
  try {
    const { seq, error } = JSON.parse(answer.string()) as StoreAnswer;
    if (error !== undefined) reject(new JetStreamApiError(error));
    else if (seq !== undefined) resolve(seq);
    else reject(new BusUnavailable("the stream's answer names no sequence"));
  } catch (cause) {
    reject(new BusUnavailable("the stream's answer is no JSON", { cause }));
  }
}

/** Straight into the client's map: with each that is set its own way it looks through those before, and to put so many names
 *  into an object first costs as much again. */
function natsHeaders(named: StoredMessage["headers"]): MsgHdrs {
  const block = new MsgHdrsImpl();
  for (const [name, value] of named) block.headers.set(name, [value]);
  return block;
}
