/** A call of a process, and the calls that are made in turn before it is answered. */
export interface Hop {
  readonly to: string;
  readonly then: readonly Hop[];
}

export interface HopCaller {
  /** Settles with the answer. */
  call(hop: Hop): Promise<void>;
  close(): void;
}

/** What processes on this machine exchange calls by. */
export interface Transport {
  /** @param answer of each call that comes.
   *  @returns the port at which it is called, on 127.0.0.1. */
  serve(answer: (hop: Hop) => Promise<void>): Promise<number>;
  caller(port: number): HopCaller;
}
