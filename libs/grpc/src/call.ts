import type { Caller } from "./access/caller.ts";
import type { MethodDefinition } from "./method.ts";

/** What a handler knows of a call beside its request. */
export interface Call {
  readonly caller: Caller;
  /** "CreateSubnet". */
  readonly method: string;
  readonly definition: MethodDefinition<never, never>;
  /** Aborts at the caller's deadline, when the caller hangs up, and when the server stops. */
  readonly signal: AbortSignal;
  /** Calls back when the signal aborts, at once if it has. A signal is made when somebody asks for it: this asks for none.
   *  @returns listens no longer. */
  onCutShort(listener: () => void): () => void;
  /** One for all that the caller's request leads to, in every service. */
  readonly correlationId: string;
  /** W3C trace context of the server's span. */
  readonly traceparent: string | undefined;
  /** True when another replica forwarded the call here. */
  readonly forwarded: boolean;
}

/** Names in gRPC metadata, beside W3C's `traceparent`. */
export const metadataKeys = {
  correlationId: "rhumbline-correlation-id",
  forwarded: "rhumbline-forwarded",
} as const;
