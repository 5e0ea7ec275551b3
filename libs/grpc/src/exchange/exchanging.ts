import {
  status as Code,
  type ServiceDefinition as GrpcServiceDefinition,
  type handleBidiStreamingCall,
  Metadata,
  type ServerDuplexStream,
} from "@grpc/grpc-js";
import { DomainError } from "@rhumbline/event-sourcing";
import {
  type CallAnswer,
  CallServiceService,
  type ExchangeCallsRequest,
  type ExchangeCallsResponse,
  type ExchangedCall,
} from "@rhumbline/proto/rhumbline/service/v1/call_service";
import type { Logger } from "@rhumbline/telemetry";
import type { MethodDefinition } from "../method.ts";
import { type Answering, endOf } from "../server/answering.ts";
import { CallSignal } from "../server/call-signal.ts";
import type { CallsUnderWay } from "../server/calls-under-way.ts";
import { type IncomingCall, incoming } from "../server/incoming-call.ts";
import { type Edge, observed } from "../server/observed.ts";
import { measured } from "../server/request-metrics.ts";
import { lenient, wellFormed } from "../server/well-formed.ts";
import { statusOf } from "../status.ts";
import { fromTexts, toRefusal } from "./envelope.ts";
import { oneMessageATurn } from "./one-message-a-turn.ts";

/** A method that can be called in an exchange, as it is answered elsewhere. */
export interface AnsweredMethod {
  readonly method: MethodDefinition<never, never>;
  readonly answer: Answering;
}

const method = lenient(CallServiceService.exchangeCalls as unknown as MethodDefinition<never, never>);
export const exchangeService = "rhumbline.service.v1.CallService";
export const exchangeDefinition = { exchangeCalls: method } as unknown as GrpcServiceDefinition;

type ExchangeStream = ServerDuplexStream<unknown, ExchangeCallsResponse>;

/** CallService/ExchangeCalls: whoever opens the stream is looked at as for any call, and so is whoever each call names.
 *  @param methods by path.
 *  @param underWay told to end when the server stops: calls that came before are answered all the same. */
export function exchanging(
  methods: ReadonlyMap<string, AnsweredMethod>,
  edge: Omit<Edge, "method">,
  underWay: CallsUnderWay,
): handleBidiStreamingCall<unknown, ExchangeCallsResponse> {
  return (stream) => {
    const call = incoming(stream);
    const cut = new CallSignal(call, underWay);
    const { signal } = cut;
    const ended = measured(method);
    observed({ ...edge, method }, call, cut, () => untilEnd(stream, { methods, signal, log: edge.log }))
      .then(
        () => {
          ended(Code.OK);
          stream.end();
        },
        (error: unknown) => {
          const end = endOf(error, cut.reason);
          ended(end.code);
          stream.emit("error", end);
        },
      )
      .finally(() => cut.release());
  };
}

interface Exchange {
  readonly methods: ReadonlyMap<string, AnsweredMethod>;
  /** Aborts when the server stops, and when the caller is gone. */
  readonly signal: AbortSignal;
  readonly log: Logger;
}

/** Answers until the caller has said all or the server stops, and all that came is answered, or until the caller is gone.
 *  @throws {InvalidFields} a message is none of an exchange. */
function untilEnd(stream: ExchangeStream, exchange: Exchange): Promise<void> {
  const { signal } = exchange;
  const hangUps = new Map<number, () => void>();
  const say = oneMessageATurn<CallAnswer>(bytesOf, (answers) => void stream.write({ answers: [...answers] }));
  return new Promise((resolve, reject) => {
    let over = false;
    const endWhenAnswered = (): void => {
      // What was said in this turn leaves at its end.
      if (over && hangUps.size === 0) setImmediate(() => (signal.aborted ? reject(signal.reason) : resolve()));
    };
    const end = (): void => {
      over = true;
      if (stream.cancelled) for (const hangUp of hangUps.values()) hangUp();
      endWhenAnswered();
    };
    const take = (request: ExchangeCallsRequest): void => {
      for (const call of request.calls) {
        void answerTo(call, exchange, hangUps).then((answer) => {
          hangUps.delete(call.number);
          if (!stream.cancelled) say(answer);
          endWhenAnswered();
        });
      }
      for (const number of request.cancelled) hangUps.get(number)?.();
    };
    signal.addEventListener("abort", end);
    stream.on("end", end);
    stream.on("data", (request: unknown) => {
      try {
        take(wellFormed(request) as ExchangeCallsRequest);
      } catch (error) {
        reject(error);
      }
    });
  });
}

async function answerTo(
  { number, method: path, metadata, timeoutMs, request }: ExchangedCall,
  { methods, signal, log }: Exchange,
  hangUps: Map<number, () => void>,
): Promise<CallAnswer> {
  const refused = (error: unknown): CallAnswer => ({
    number,
    result: { $case: "refusal", value: toRefusal(statusOf(error)) },
  });
  const answered = methods.get(path);
  if (answered === undefined) return refused(status(Code.UNIMPLEMENTED, `${path} is not served here`));
  if (signal.aborted) return refused(signal.reason);
  try {
    let hangUp = (): void => undefined;
    hangUps.set(number, () => hangUp());
    const call: IncomingCall = {
      metadata: fromTexts(metadata),
      deadlineMs: Date.now() + timeoutMs,
      onHangUp(listener) {
        hangUp = listener;
        return () => {
          hangUp = () => undefined;
        };
      },
    };
    const ended = await answered.answer(call, answered.method.requestDeserialize(request));
    if ("refusal" in ended) return refused(ended.refusal);
    const response = answered.method.responseSerialize(ended.response as never);
    return { number, result: { $case: "response", value: response } };
  } catch (error) {
    if (!(error instanceof DomainError)) log.error({ err: error, rpc: path }, "an answer could not be written");
    return refused(error);
  }
}

const status = (code: Code, details: string) => ({ code, details, metadata: new Metadata() });

const bytesOf = ({ result }: CallAnswer): number =>
  result?.$case === "response" ? result.value.length : (result?.value.details.length ?? 0);
