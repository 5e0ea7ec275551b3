import { isDeepStrictEqual } from "node:util";
import type { DesiredResource } from "@rhumbline/proto/rhumbline/agent/v1/desired";

/** The value, made of what is known already as far as it says the same: a start reads from the bus what it has read from the disk.
 *  What is the same object is neither compiled nor written again. */
export function asKnown(value: DesiredResource, known: DesiredResource | undefined): DesiredResource {
  if (known === undefined || !isDeepStrictEqual(value.resource, known.resource)) return value;
  const told = { ...value, resource: known.resource };
  return isDeepStrictEqual(told, known) ? known : told;
}
