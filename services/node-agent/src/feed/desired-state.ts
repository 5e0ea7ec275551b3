import type { ResourceKey, Version } from "@rhumbline/messaging";
import type { Causation, DesiredResource } from "@rhumbline/proto/rhumbline/agent/v1/desired";

/** Everything that this node is asked to realise, as one manifest committed it. */
export interface DesiredState {
  readonly version: Version;
  /** What led to the manifest. */
  readonly causation: Causation | undefined;
  /** Those to be removed (`gone`) included. What one manifest has in common with the next, they share. */
  readonly resources: ReadonlyMap<ResourceKey, DesiredResource>;
}
