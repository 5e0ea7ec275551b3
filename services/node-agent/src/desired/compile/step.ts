import { rememberingLast } from "../../observed/remember.ts";
import type { HostFacts } from "../host-facts.ts";
import type { ResourceKey } from "../resource-key.ts";

export type Errors = ReadonlyMap<ResourceKey, string>;

interface Taken<R> {
  readonly result: R;
  /** Those that there were, and what the step found wrong. */
  readonly errors: Errors;
}

/** A step of compiling for one host. It is taken anew only when one of its inputs, or what was found wrong before it, is
 *  another than last time. */
export function step<R>(): (
  host: HostFacts,
  inputs: readonly unknown[],
  before: Errors,
  take: (errors: Map<ResourceKey, string>) => R,
) => Taken<R> {
  const asLastTime = rememberingLast<HostFacts, Taken<R>>();
  return (host, inputs, before, take) =>
    asLastTime(host, [...inputs, before], () => {
      const errors = new Map(before);
      return { result: take(errors), errors };
    });
}
