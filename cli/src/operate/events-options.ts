export interface EventsOptions {
  readonly follow?: boolean;
  readonly since?: number | "start";
  readonly filter?: string;
  /** True: --nats without an address. */
  readonly nats?: string | true;
  readonly subject?: string;
}
