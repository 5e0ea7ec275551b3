import type { DesiredLeg, DesiredNamespace } from "../desired/desired-kernel.ts";
import { ipv6OffSysctl } from "../desired/ipv6-off.ts";
import type { ObservedKernel, ObservedLink, ObservedNamespace } from "../observed/observed-kernel.ts";
import { rememberingPair, sameInOrder } from "../observed/remember.ts";
import type { Operation } from "./operation.ts";
import { operatorsMtu } from "./steps/plan-legs.ts";

/** What a plan looked at when it found a namespace to be as it should be. */
interface Seen {
  readonly inside: ObservedNamespace | undefined;
  readonly host: Host;
}

type Host = Pick<ObservedKernel, "links" | "sysctls">;

/** Desired namespaces that a plan found to be as they should be. Nothing is decided by it: a plan of the same again would be
 *  empty again, so it isn't made. */
const seen = new WeakMap<DesiredNamespace, Seen>();

/** Those of which a plan is not known to be empty. */
export const unsettled = <N extends DesiredNamespace>(namespaces: Iterable<N>, observed: ObservedKernel): N[] =>
  [...namespaces].filter((namespace) => !isSettled(namespace, observed));

function isSettled(namespace: DesiredNamespace, observed: ObservedKernel): boolean {
  const before = seen.get(namespace);
  if (before === undefined || before.inside !== observed.namespaces.get(namespace.name)) return false;
  const host = hostOf(observed);
  // Mostly nobody touched the host, and there is nothing to go through.
  if (before.host === host) return true;
  if (!isSameAround(namespace, before.host, host)) return false;
  seen.set(namespace, { inside: before.inside, host });
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
    if (!changed.has(name) && !changed.has(resource))
      seen.set(namespace, { inside: observed.namespaces.get(name), host: hostOf(observed) });
  }
}

/** One and the same for all kernels that have them. */
const hostOf = ({ links, sysctls }: ObservedKernel): Host => hostWith(links, sysctls);
const hostWith = rememberingPair((links: Host["links"], sysctls: Host["sysctls"]): Host => ({ links, sysctls }));

/** Whether all that planning a namespace reads of the host says the same: the other ends of its devices. */
function isSameAround({ legs }: DesiredNamespace, before: Host, now: Host): boolean {
  if (before.sysctls.has(everyDevicesIpv6) !== now.sysctls.has(everyDevicesIpv6)) return false;
  for (const leg of legs.values()) if (!isSameOutside(leg, before, now)) return false;
  return true;
}

const everyDevicesIpv6 = ipv6OffSysctl("all");

function isSameOutside({ attachment }: DesiredLeg, before: Host, now: Host): boolean {
  if (attachment.kind === "macvlan")
    return before.links.get(attachment.parent)?.index === now.links.get(attachment.parent)?.index;
  const { hostEnd, bridge } = attachment;
  const silence = ipv6OffSysctl(hostEnd);
  return (
    isSameEnd(before.links.get(hostEnd), now.links.get(hostEnd)) &&
    before.sysctls.get(silence) === now.sysctls.get(silence) &&
    operatorsMtu(before.links.get(bridge)) === operatorsMtu(now.links.get(bridge))
  );
}

/** By its settings: links may be read anew with each change of any. */
const isSameEnd = (before: ObservedLink | undefined, now: ObservedLink | undefined): boolean =>
  before === now || (before !== undefined && now !== undefined && sameInOrder(settingsOf(before), settingsOf(now)));

function settingsOf({ index, kind, ours, mtu, up, master, peerNamespace, peerIndex }: ObservedLink): unknown[] {
  return [index, kind, ours, mtu, up, master, peerNamespace, peerIndex];
}
