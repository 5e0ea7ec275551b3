import type { ObservedKernel } from "../observed/observed-kernel.ts";
import type { Operation } from "../plan/operation.ts";
import type { Places } from "./places.ts";

/** One host's kernel, for reading and for writing. */
export interface Kernel {
  /** Reads without writing anything. Given a known state, only what is stale of it has to be read anew. */
  observe(again?: ObserveAgain): Promise<ObservedKernel>;
  /** Operations that are next to each other in a plan and have one name run together in one process. */
  batchName(operation: Operation): string;
  /** Runs a batch in order, up to the first operation that the kernel refuses. */
  execute(batch: readonly Operation[]): Promise<BatchResult>;
}

export interface ObserveAgain {
  readonly known: ObservedKernel;
  readonly stale: Places;
}

/** The namespaces that there are, where the host is as it was. */
export const knownNamespaces = ({ namespaces, unreadable }: ObservedKernel): string[] =>
  [...namespaces.keys(), ...unreadable.keys()].sort();

export interface BatchResult {
  /** How many operations were done, from the first on. */
  readonly done: number;
  /** The kernel's words on the next one. Undefined: all were done. */
  readonly error: string | undefined;
}
