import type { CompletedRequest } from "./event.ts";

/** On whose behalf a command runs and what it belongs to: becomes the metadata of its events. */
export interface CommandContext {
  readonly actor: string;
  /** Of the resource. */
  readonly projectId: string;
  readonly correlationId: string;
  readonly causationId: string;
  readonly traceparent?: string;
  /** Set on the one command that completes a caller's request. */
  readonly completes?: CompletedRequest;
}
