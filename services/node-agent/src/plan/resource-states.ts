import type { PersistentMap } from "@rhumbline/event-sourcing";
import type { DesiredKernel } from "../desired/desired-kernel.ts";
import { routerNamespacePrefix } from "../desired/device-names.ts";
import type { ResourceKey } from "../desired/resource-key.ts";
import { following, type Lookup } from "../observed/following.ts";
import type { ObservedKernel } from "../observed/observed-kernel.ts";
import { explainFailure } from "./explain-failure.ts";
import { deviceStateOf } from "./instance-device.ts";
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

/** The state of each desired key. `failures`: the operations of the plan that failed or were skipped; `observed`: after the
 *  plan. */
export function resourceStates(
  resources: ReadonlyMap<ResourceKey, unknown>,
  desired: DesiredKernel,
  observed: ObservedKernel,
  failures: readonly FailedOperation[],
): PersistentMap<ResourceKey, ResourceState> {
  const others = new Map([...devicesOf(desired, observed), ...errorsOf(desired, observed, failures)]);
  return allRealised(resources).withAll([...others].filter(([key]) => resources.has(key)));
}

const realised: ResourceState = { kind: "realised" };

const allRealised = following((key, resources: Lookup<unknown>): ResourceState | undefined =>
  resources.has(key) ? realised : undefined,
);

function errorsOf(
  desired: DesiredKernel,
  observed: ObservedKernel,
  failures: readonly FailedOperation[],
): Map<ResourceKey, ResourceState> {
  const errors = new Map(desired.errors);
  const add = (key: ResourceKey, error: string) => {
    if (!errors.has(key)) errors.set(key, error);
  };
  for (const failed of failures) {
    const { operation } = failed;
    const error = explainFailure(failed, observed);
    add(operation.resource, error);
    if (operation.kind === "change-table" || operation.kind === "change-filter")
      for (const key of operation.alsoServes) add(key, error);
  }
  const revocation = unsureRevocation(desired, observed, failures);
  if (revocation !== undefined) {
    for (const key of desired.gone) if (isTranslated(key)) add(key, revocation);
  }
  return new Map([...errors].map(([key, error]) => [key, { kind: "failed", error }]));
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
  const revokes = ({ kind, netns }: Operation): boolean =>
    revoking.has(kind) || (kind === "change-filter" && netns !== "");
  const failed = failures.find(({ operation }) => revokes(operation));
  if (failed !== undefined) return failed.error;
  const left = [...desired.untouched].find(
    (name) =>
      name.startsWith(routerNamespacePrefix) && (observed.namespaces.has(name) || observed.unreadable.has(name)),
  );
  return left === undefined ? undefined : `${left} is left as it is and may still serve it`;
}

/** Of each port of an instance that can't be realised with the device that it has. */
function devicesOf({ instancePorts }: DesiredKernel, observed: ObservedKernel): [ResourceKey, ResourceState][] {
  return [...instancePorts.values()].flatMap((port): [ResourceKey, ResourceState][] => {
    const device = deviceStateOf(port, observed);
    switch (device.kind) {
      case "fit":
        return [];
      case "unfit":
        return [[port.resource, { kind: "failed", error: device.reason }]];
      case "missing":
        return [[port.resource, { kind: "waiting", reason: `waiting for device ${port.device}` }]];
      default:
        return device satisfies never;
    }
  });
}
