import { randomUUID } from "node:crypto";
import { status as Code, Metadata } from "@grpc/grpc-js";
import { DomainError } from "@rhumbline/event-sourcing";
import { inSpan, type Logger } from "@rhumbline/telemetry";
import type { Authenticator, Caller } from "../access/caller.ts";
import { requireMethod } from "../access/permission.ts";
import { type Call, metadataKeys } from "../call.ts";
import { fullMethodName, type MethodDefinition, methodName } from "../method.ts";
import type { CallSignal } from "./call-signal.ts";
import type { IncomingCall } from "./incoming-call.ts";

/** What every call of one method meets before its handler does. */
export interface Edge {
  readonly method: MethodDefinition<never, never>;
  readonly authenticate: Authenticator;
  readonly log: Logger;
}

/** Who, when, how long and how it ended: the same for every call. */
export async function observed<T>(
  { method, authenticate, log }: Edge,
  { metadata }: IncomingCall,
  cut: CallSignal,
  work: (call: Call) => Promise<T>,
): Promise<T> {
  const began = performance.now();
  const name = fullMethodName(method.path);
  const text = (key: string): string | undefined => {
    const value = metadata.get(key)[0];
    return typeof value === "string" ? value : undefined;
  };
  const correlationId = text(metadataKeys.correlationId) ?? randomUUID();
  let caller: Caller | undefined;
  const fields = (): object => ({
    rpc: name,
    user: caller?.user,
    projectId: caller?.projectId,
    correlationId,
    durationMs: Math.round((performance.now() - began) * 10) / 10,
  });
  try {
    const answer = await inSpan(name, { role: "server", parent: text("traceparent") }, async (traceparent) => {
      caller = authenticate(metadata);
      requireMethod(caller, method.path);
      const forwarded = text(metadataKeys.forwarded) !== undefined;
      return work(new ObservedCall({ caller, definition: method, correlationId, traceparent, forwarded }, cut));
    });
    // What nobody reads is not put together: it is said of every call.
    if (log.isLevelEnabled("debug")) log.debug(fields(), "answered");
    return answer;
  } catch (error) {
    if (error instanceof DomainError) log.info({ ...fields(), reason: error.reason, why: error.message }, "refused");
    else if (cut.reason !== undefined) log.debug({ ...fields(), why: String(cut.reason) }, "cut short");
    else if (passedOn(error)) log.info({ ...fields(), err: error }, "refused by another service");
    else log.error({ ...fields(), err: error }, "failed");
    throw error;
  }
}

class ObservedCall implements Call {
  readonly caller: Caller;
  readonly definition: Call["definition"];
  readonly method: string;
  readonly correlationId: string;
  readonly traceparent: string | undefined;
  readonly forwarded: boolean;
  readonly #cut: CallSignal;

  constructor(known: Omit<Call, "method" | "signal" | "onCutShort">, cut: CallSignal) {
    this.caller = known.caller;
    this.definition = known.definition;
    this.method = methodName(known.definition.path);
    this.correlationId = known.correlationId;
    this.traceparent = known.traceparent;
    this.forwarded = known.forwarded;
    this.#cut = cut;
  }

  get signal(): AbortSignal {
    return this.#cut.signal;
  }

  onCutShort(listener: () => void): () => void {
    return this.#cut.onCutShort(listener);
  }
}

/** A status that another service answered and that goes to the caller as it is. */
const passedOn = (error: unknown): boolean =>
  error instanceof Error &&
  "metadata" in error &&
  error.metadata instanceof Metadata &&
  "code" in error &&
  error.code !== Code.INTERNAL;
