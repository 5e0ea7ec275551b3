import type { DesiredKernel, DesiredNamespace } from "../../desired/desired-kernel.ts";
import { resourceOfNamespace } from "../../desired/device-names.ts";
import { following, type Lookup } from "../../observed/following.ts";
import type { ObservedKernel, ObservedNamespace } from "../../observed/observed-kernel.ts";
import { ownLinks } from "../../observed/own-links.ts";
import { isOwnHostEnd } from "../../observed/ownership.ts";
import { carrierSight, deviceSight, namespaceSight, type Sight } from "../sight.ts";
import type { Draft } from "./draft.ts";

/** What planning one looks at, its devices and their other ends included. A kernel without IPv6 is known by what "all"
 *  devices lack. */
export const sightsOfNamespace = ({ name, legs }: DesiredNamespace): Sight[] => [
  namespaceSight(name),
  deviceSight("all"),
  ...[...legs.values()].flatMap(({ attachment }) =>
    attachment.kind === "macvlan"
      ? [carrierSight(attachment.parent)]
      : [deviceSight(attachment.hostEnd), carrierSight(attachment.bridge)],
  ),
];

/** Namespaces and their sysctls: before devices, which take theirs over from them. */
export function planNamespaces(namespaces: readonly DesiredNamespace[], draft: Draft): void {
  for (const { name, resource } of namespaces) {
    if (draft.namespace(name) === undefined) draft.add({ kind: "add-namespace", resource, netns: name });
  }
  for (const namespace of namespaces) planSysctls(namespace, draft);
}

export function planLoopback({ resource, name: netns }: DesiredNamespace, draft: Draft): void {
  if (draft.namespace(netns)?.links.get("lo")?.up !== false) return;
  draft.add({ kind: "set-link", resource, netns, device: "lo", up: true });
}

function planSysctls({ name: netns, resource, sysctls }: DesiredNamespace, draft: Draft): void {
  for (const [name, value] of sysctls) {
    if (draft.namespace(netns)?.sysctls.get(name) === value || !hasSysctl(draft.kernel(), name)) continue;
    draft.add({ kind: "write-sysctl", resource, netns, name, value });
  }
}

/** A kernel without IPv6 has none of its sysctls, in any namespace. */
function hasSysctl({ sysctls }: ObservedKernel, name: string): boolean {
  return !name.startsWith("net.ipv6.") || sysctls.has("net.ipv6.conf.all.disable_ipv6");
}

const unwantedNamespaces = following(
  (name, standing: Lookup<ObservedNamespace>, routers: Lookup<unknown>, dhcpServers: Lookup<unknown>) =>
    routers.has(name) || dhcpServers.has(name) ? undefined : standing.get(name),
);

/** Routers and DHCP servers that shouldn't be here, and host ends whose namespace lost its name while somebody held it. */
export function planNamespaceRemoval(desired: DesiredKernel, draft: Draft): void {
  const { namespaces, links } = draft.kernel();
  for (const netns of unwantedNamespaces(namespaces, desired.routers, desired.dhcpServers).keys()) {
    if (desired.untouched.has(netns)) continue;
    const hostEnds = [...links.values()].filter((link) => isOwnHostEnd(link) && link.peerNamespace === netns);
    const resource = resourceOfNamespace(netns);
    draft.add({ kind: "drop-namespace", resource, netns, hostEnds: hostEnds.map((link) => link.name) });
  }
  for (const device of ownLinks(draft.kernel().links).looseHostEnds.keys()) {
    if (desired.untouched.has(device)) continue;
    draft.add({ kind: "delete-link", resource: "", netns: "", device });
  }
}
