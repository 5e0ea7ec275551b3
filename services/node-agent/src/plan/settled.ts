import type { DesiredLeg, DesiredNamespace } from "../desired/desired-kernel.ts";
import { ipv6OffSysctl } from "../desired/ipv6-off.ts";
import type { ObservedKernel, ObservedLink } from "../observed/observed-kernel.ts";
import { sameInOrder } from "../observed/remember.ts";
import type { Operation } from "./operation.ts";
import { operatorsMtu } from "./steps/plan-legs.ts";

/** Desired namespaces that a plan found to be as they should be -> what it looked at. Nothing is decided by it: a plan of
 *  the same again would be empty again, so it isn't made. */
const seen = new WeakMap<DesiredNamespace, readonly unknown[]>();

/** Those of which a plan is not known to be empty. */
export const unsettled = <N extends DesiredNamespace>(namespaces: Iterable<N>, observed: ObservedKernel): N[] =>
  [...namespaces].filter((namespace) => {
    const before = seen.get(namespace);
    return before === undefined || !sameInOrder(before, lookedAt(namespace, observed));
  });

/** Remembers which of the planned namespaces no operation serves. */
export function settle(
  planned: readonly DesiredNamespace[],
  operations: readonly Operation[],
  observed: ObservedKernel,
): void {
  const changed = new Set(operations.flatMap(({ netns, resource }) => [netns, resource]));
  for (const namespace of planned) {
    const { name, resource } = namespace;
    if (!changed.has(name) && !changed.has(resource)) seen.set(namespace, lookedAt(namespace, observed));
  }
}

/** All that planning a namespace reads of a kernel: the namespace, and the other ends of its devices. */
function lookedAt({ name, legs }: DesiredNamespace, observed: ObservedKernel): unknown[] {
  const { namespaces, sysctls } = observed;
  const around = [...legs.values()].flatMap((leg) => outside(leg, observed));
  return [namespaces.get(name), sysctls.has(ipv6OffSysctl("all")), ...around];
}

function outside({ attachment }: DesiredLeg, { links, sysctls }: ObservedKernel): unknown[] {
  if (attachment.kind === "macvlan") return [links.get(attachment.parent)?.index];
  const { hostEnd, bridge } = attachment;
  const around = [sysctls.get(ipv6OffSysctl(hostEnd)), operatorsMtu(links.get(bridge))];
  return [...settingsOf(links.get(hostEnd)), ...around];
}

/** By their values: the host's links are read anew with each change of any. */
function settingsOf(link: ObservedLink | undefined): unknown[] {
  if (link === undefined) return [];
  const { index, kind, ours, mtu, up, master, peerNamespace, peerIndex } = link;
  return [index, kind, ours, mtu, up, master, peerNamespace, peerIndex];
}
