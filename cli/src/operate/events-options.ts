export interface EventsOptions {
  readonly follow?: boolean;
  /** A position, or a moment. */
  readonly since?: number | "start" | Date;
  readonly filter?: string;
  /** True: --nats without an address. */
  readonly nats?: string | true;
  readonly subject?: string;
}
