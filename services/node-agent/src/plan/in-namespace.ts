import type { ResourceKey } from "../desired/resource-key.ts";

/** Whom an operation serves, and where it acts. */
export interface InNamespace {
  /** The desired key it serves; empty where no desired key names the object any more. */
  readonly resource: ResourceKey;
  /** Network namespace; empty: the host's own. */
  readonly netns: string;
}
