import type { DesiredLeg, DesiredNamespace } from "../desired/desired-kernel.ts";
import { ipv6OffSysctl } from "../desired/ipv6-off.ts";
import type { ObservedKernel, ObservedLink, ObservedNamespace } from "../observed/observed-kernel.ts";
import { sameInOrder } from "../observed/remember.ts";
import type { Operation } from "./operation.ts";
import { operatorsMtu } from "./steps/plan-legs.ts";

/** What a plan looked at when it found a namespace to be as it should be. */
interface Seen extends Pick<ObservedKernel, "links" | "sysctls"> {
  readonly inside: ObservedNamespace | undefined;
  readonly around: readonly unknown[];
}

/** Desired namespaces that a plan found to be as they should be. Nothing is decided by it: a plan of the same again would be
 *  empty again, so it isn't made. */
const seen = new WeakMap<DesiredNamespace, Seen>();

/** Those of which a plan is not known to be empty. */
export const unsettled = <N extends DesiredNamespace>(namespaces: Iterable<N>, observed: ObservedKernel): N[] =>
  [...namespaces].filter((namespace) => !isSettled(namespace, observed));

function isSettled(namespace: DesiredNamespace, observed: ObservedKernel): boolean {
  const before = seen.get(namespace);
  if (before === undefined || before.inside !== observed.namespaces.get(namespace.name)) return false;
  // Mostly nobody touched the host, and there is nothing to go through.
  if (before.links === observed.links && before.sysctls === observed.sysctls) return true;
  const now = lookedAt(namespace, observed);
  if (!sameInOrder(before.around, now.around)) return false;
  seen.set(namespace, now);
  return true;
}

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
function lookedAt({ name, legs }: DesiredNamespace, observed: ObservedKernel): Seen {
  const { namespaces, links, sysctls } = observed;
  const around = [...legs.values()].flatMap((leg) => outside(leg, observed));
  return { inside: namespaces.get(name), links, sysctls, around: [sysctls.has(ipv6OffSysctl("all")), ...around] };
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
