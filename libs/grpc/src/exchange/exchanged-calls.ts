import { type Client, type ClientDuplexStream, status as Code, type ServiceError } from "@grpc/grpc-js";
import {
  CallServiceService,
  type ExchangeCallsRequest,
  type ExchangeCallsResponse,
  type ExchangedCall,
} from "@rhumbline/proto/rhumbline/service/v1/call_service";
import type { Caller } from "../access/caller.ts";
import { callerMetadata } from "../access/headers.ts";
import type { MethodDefinition } from "../method.ts";
import { CallRefused } from "./envelope.ts";
import { oneMessageATurn } from "./one-message-a-turn.ts";

interface Exchange {
  readonly stream: ClientDuplexStream<ExchangeCallsRequest, ExchangeCallsResponse>;
  readonly unanswered: Map<number, Outgoing>;
}

interface Outgoing {
  readonly call: ExchangedCall;
  readonly answered: (response: Buffer) => void;
  readonly failed: (error: Error) => void;
}

interface SentCall {
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  readonly headers: Record<string, string>;
}

/** Calls to one server that share a stream. It is opened at the first call, and again at the next one after it broke:
 *  those that were under way on it fail as it did. */
export class ExchangedCalls {
  readonly #client: Client;
  readonly #caller: Caller;
  readonly #say = oneMessageATurn<Outgoing>(
    ({ call }) => call.request.length,
    (calls) => this.#send(calls),
  );
  #exchange: Exchange | undefined;
  #lastNumber = 0;

  /** @param caller who opens the stream: a service. */
  constructor(client: Client, caller: Caller) {
    this.#client = client;
    this.#caller = caller;
  }

  unary<Req, Res>(
    method: MethodDefinition<Req, Res>,
    request: Req,
    { timeoutMs, signal, headers }: SentCall,
  ): Promise<Res> {
    return new Promise((resolve, reject) => {
      this.#lastNumber += 1;
      const number = this.#lastNumber;
      const end = (settle: () => void): void => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", hangUp);
        this.#exchange?.unanswered.delete(number);
        settle();
      };
      const giveUp = (code: Code, message: string): void => {
        const { stream, unanswered } = this.#exchange ?? {};
        if (unanswered?.has(number)) stream?.write({ calls: [], cancelled: [number] });
        end(() => reject(refusal(code, message)));
      };
      const hangUp = (): void => giveUp(Code.CANCELLED, "the caller hung up");
      const timer = setTimeout(() => giveUp(Code.DEADLINE_EXCEEDED, `no answer in ${timeoutMs} ms`), timeoutMs);
      signal?.addEventListener("abort", hangUp);
      if (signal?.aborted) return hangUp();
      this.#say({
        call: {
          number,
          method: method.path,
          metadata: headers,
          timeoutMs,
          request: method.requestSerialize(request),
        },
        answered: (response) =>
          end(() => {
            try {
              resolve(method.responseDeserialize(response));
            } catch (error) {
              reject(error);
            }
          }),
        failed: (error) => end(() => reject(error)),
      });
    });
  }

  /** Calls under way go on to their end. */
  close(): void {
    this.#exchange?.stream.end();
    this.#exchange = undefined;
  }

  #send(outgoing: readonly Outgoing[]): void {
    this.#exchange ??= this.#open();
    const { stream, unanswered } = this.#exchange;
    for (const one of outgoing) unanswered.set(one.call.number, one);
    stream.write({ calls: outgoing.map(({ call }) => call), cancelled: [] });
  }

  #open(): Exchange {
    const { path, requestSerialize, responseDeserialize } = CallServiceService.exchangeCalls;
    const metadata = callerMetadata(this.#caller);
    const stream = this.#client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize, metadata);
    const unanswered = new Map<number, Outgoing>();
    const ended = (error: Error): void => {
      if (this.#exchange?.stream === stream) this.#exchange = undefined;
      for (const { failed } of unanswered.values()) failed(error);
      unanswered.clear();
    };
    stream.on("data", ({ answers }: ExchangeCallsResponse) => {
      for (const { number, result } of answers) {
        const outgoing = unanswered.get(number);
        unanswered.delete(number);
        if (result?.$case === "response") outgoing?.answered(result.value);
        else outgoing?.failed(new CallRefused(result?.value ?? noResult));
      }
    });
    stream.on("error", (error: ServiceError) => ended(error));
    stream.on("end", () => ended(refusal(Code.UNAVAILABLE, "the server ended the exchange")));
    return { stream, unanswered };
  }
}

const refusal = (code: Code, message: string) => new CallRefused({ code, message, details: Buffer.alloc(0) });
const noResult = { code: Code.INTERNAL, message: "the answer holds no result", details: Buffer.alloc(0) };
