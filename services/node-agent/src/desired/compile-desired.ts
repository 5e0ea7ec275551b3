import type { DesiredResource } from "@rhumbline/proto/rhumbline/agent/v1/desired";
import type { DesiredKernel } from "./desired-kernel.ts";
import type { HostFacts } from "./host-facts.ts";
import type { ResourceKey } from "./resource-key.ts";

/** Everything that the resources ask of this host's kernel. A resource that can't be realised here becomes an error of its own, never an exception. */
export function compileDesired(_resources: ReadonlyMap<ResourceKey, DesiredResource>, _host: HostFacts): DesiredKernel {
  throw new Error("not built yet");
}
