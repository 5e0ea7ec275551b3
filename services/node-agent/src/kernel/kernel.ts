import type { ObservedKernel } from "../observed/observed-kernel.ts";
import type { Operation } from "../plan/operation.ts";
import type { Places } from "./places.ts";

/** One host's kernel, for reading and for writing. */
export interface Kernel {
  /** Reads without writing anything: everything, or only what is asked for. */
  observe(again?: ObserveAgain): Promise<ObservedKernel>;
  /** Whether it reads the parts of a place one by one, so that connections can be left for another look. */
  readonly readsParts: boolean;
  /** Operations that are next to each other in a plan and have one name run together in one process. Where its name ends with
   *  a namespace's, that process works there alone. */
  batchName(operation: Operation): string;
  /** Runs a batch in order, up to the first operation that the kernel refuses. Batches of rules of several namespaces may
   *  run at the same time. */
  execute(batch: readonly Operation[]): Promise<BatchResult>;
}

export interface ObserveAgain {
  /** Undefined: nothing is known. Places that are not known are read but for their connections. */
  readonly known: ObservedKernel | undefined;
  /** What of the known has to be read anew, and which connections have to be listed. */
  readonly stale: Places;
  /** Whether connections of that place are asked for, should what is read be a reason to list them. */
  isAskedFor(place: string): boolean;
  /** Places whose rules are as they are known unless somebody else changed them unheard: they are read last. */
  readonly unhurried?: Unhurried | undefined;
  /** Told of the host and of the namespaces that were read so far, each time that there are more. */
  readonly read?: ReadSoFar | undefined;
}

/** What a look need not read if there is something more urgent to do. */
export interface Unhurried {
  readonly rulesOf: ReadonlySet<string>;
  /** Whether somebody waits for the end of the look: asked before the host's are read, which are many, and before each few
   *  namespaces', but the first. */
  isWaitedFor(): boolean;
  /** Told of each that was left as it is known; a namespace's with its connections. */
  left(place: string): void;
}

/** @param some nothing else is known yet: what it lacks may stand all the same. */
export type ReadSoFar = (some: ObservedKernel) => void;

/** The namespaces that there are, where the host is as it was. */
export const knownNamespaces = ({ namespaces, unreadable }: ObservedKernel): string[] =>
  [...namespaces.keys(), ...unreadable.keys()].sort();

export interface BatchResult {
  /** How many operations were done, from the first on. */
  readonly done: number;
  /** The kernel's words on the next one. Undefined: all were done. */
  readonly error: string | undefined;
}
