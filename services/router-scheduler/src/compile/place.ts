import type { ResourceKey } from "./resource-key.ts";

/** A resource on a node. */
export interface Place {
  readonly nodeId: string;
  readonly key: ResourceKey;
}
