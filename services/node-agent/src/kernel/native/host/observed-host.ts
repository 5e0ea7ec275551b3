import type { ObservedKernel } from "../../../observed/observed-kernel.ts";

/** The host's own namespace. */
export interface ObservedHost extends Pick<ObservedKernel, "links" | "sysctls" | "forwarding" | "neighbours"> {
  /** Which namespaces of ours there are. */
  readonly ownNamespaces: readonly string[];
}
