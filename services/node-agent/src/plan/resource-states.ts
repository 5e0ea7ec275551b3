import type { DesiredKernel } from "../desired/desired-kernel.ts";
import { hostEnd, routerNamespacePrefix } from "../desired/device-names.ts";
import { idOf, type ResourceKey } from "../desired/resource-key.ts";
import type { ObservedKernel } from "../observed/observed-kernel.ts";
import type { Operation } from "./operation.ts";

/** How a desired key stands after a plan ran. */
export type ResourceState =
  | { readonly kind: "realised" }
  /** It waits for somebody else, such as for an instance's device; to be looked at again. */
  | { readonly kind: "waiting"; readonly reason: string }
  | { readonly kind: "failed"; readonly error: string };

export interface FailedOperation {
  readonly operation: Operation;
  /** The kernel's words, of the operation itself or of the one it depends on. */
  readonly error: string;
}

/** The state of each key. `failures`: the operations of the plan that failed or were skipped; `observed`: after the plan. */
export function resourceStates(
  keys: Iterable<ResourceKey>,
  desired: DesiredKernel,
  observed: ObservedKernel,
  failures: readonly FailedOperation[],
): ReadonlyMap<ResourceKey, ResourceState> {
  const errors = errorsOf(desired, observed, failures);
  const states = new Map<ResourceKey, ResourceState>();
  for (const key of keys) {
    const error = errors.get(key);
    const missing = missingDevice(key, desired, observed);
    if (error !== undefined) states.set(key, { kind: "failed", error });
    else if (missing !== undefined) states.set(key, { kind: "waiting", reason: `waiting for device ${missing}` });
    else states.set(key, { kind: "realised" });
  }
  return states;
}

function errorsOf(
  desired: DesiredKernel,
  observed: ObservedKernel,
  failures: readonly FailedOperation[],
): Map<ResourceKey, string> {
  const errors = new Map(desired.errors);
  const add = (key: ResourceKey, error: string) => {
    if (!errors.has(key)) errors.set(key, error);
  };
  for (const { operation, error } of failures) {
    add(operation.resource, error);
    if (operation.kind === "change-table" || operation.kind === "change-filter")
      for (const key of operation.alsoServes) add(key, error);
  }
  const revocation = unsureRevocation(desired, observed, failures);
  if (revocation !== undefined) {
    for (const key of desired.gone) if (isTranslated(key)) add(key, revocation);
  }
  return errors;
}

const isTranslated = (key: ResourceKey): boolean => key.startsWith("floatingip.") || key.startsWith("portforwarding.");

/** A removed floating IP doesn't say which router served it, and its address is given to the next one as soon as it counts
 *  as removed: while any router may still hold one, none does. */
function unsureRevocation(
  desired: DesiredKernel,
  observed: ObservedKernel,
  failures: readonly FailedOperation[],
): string | undefined {
  const revoking = new Set<Operation["kind"]>(["change-table", "delete-flows", "delete-address", "drop-namespace"]);
  const failed = failures.find(({ operation }) => revoking.has(operation.kind));
  if (failed !== undefined) return failed.error;
  const left = [...desired.untouched].find(
    (name) =>
      name.startsWith(routerNamespacePrefix) && (observed.namespaces.has(name) || observed.unreadable.has(name)),
  );
  return left === undefined ? undefined : `${left} is left as it is and may still serve it`;
}

function missingDevice(
  key: ResourceKey,
  { instancePorts }: DesiredKernel,
  { links }: ObservedKernel,
): string | undefined {
  if (!key.startsWith("port.")) return undefined;
  const device = hostEnd(idOf(key));
  return instancePorts.has(device) && !links.has(device) ? device : undefined;
}
