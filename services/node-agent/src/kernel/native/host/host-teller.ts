import { type HostChanges, hostChanges } from "./host-changes.ts";
import type { KnownHost } from "./known-host.ts";
import type { ObservedHost } from "./observed-host.ts";

/** What whoever asks knows of the host by an earlier answer. */
export interface HostQuestion {
  /** Of that answer; 0: there was none. */
  readonly version: number;
  /** Whether everything is to be read, whatever was heard of changes. */
  readonly anew: boolean;
}

/** Versions begin with 1. */
export type HostAnswer = { readonly version: number } & (
  | { readonly host: ObservedHost }
  | { readonly changes: HostChanges }
);

/** Answers with what changed since the last answer, to whoever has that; to others with everything. */
export class HostTeller {
  readonly #known: KnownHost;
  #told: { readonly version: number; readonly host: ObservedHost } | undefined;

  constructor(known: KnownHost) {
    this.#known = known;
  }

  /** @throws Error when the kernel can't be read: the next answer makes up for it. */
  answer({ version, anew }: HostQuestion): HostAnswer {
    if (anew) this.#known.anythingChanged();
    const host = this.#known.look();
    const before = this.#told;
    this.#told = { version: (before?.version ?? 0) + 1, host };
    return before?.version === version
      ? { version: this.#told.version, changes: hostChanges(before.host, host) }
      : this.#told;
  }
}
