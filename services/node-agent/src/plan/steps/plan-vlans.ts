import type { DesiredKernel, DesiredVlan } from "../../desired/desired-kernel.ts";
import { vlanDevice } from "../../desired/device-names.ts";
import type { ObservedLink } from "../../observed/observed-kernel.ts";
import { ownLinks } from "../../observed/own-links.ts";
import { isOwnVlan, vlanProtocol } from "../../observed/ownership.ts";
import { deviceSight, type Sight } from "../sight.ts";
import type { Draft } from "./draft.ts";
import { goneResourceOf } from "./gone-resource.ts";
import { planIpv6Off } from "./plan-ipv6-off.ts";
import { planSettings } from "./plan-legs.ts";
import { unwanted } from "./unwanted.ts";

/** What planning one looks at. */
export const sightsOfVlan = ({ device }: DesiredVlan): Sight[] => [deviceSight(device)];

/** Networks' devices on their physical networks. */
export function planVlans(vlans: readonly DesiredVlan[], desired: DesiredKernel, draft: Draft): void {
  for (const vlan of vlans) planVlan(vlan, desired, draft);
}

function planVlan(vlan: DesiredVlan, { untouched }: DesiredKernel, draft: Draft): void {
  const { resource, device, bridge: master, parent, vlanId, mtu, up } = vlan;
  const before = draft.kernel().links.get(device);
  // Somebody else's device of that name stays: adding ours then fails with the kernel's words.
  if (before === undefined || !isOwnVlan(before) || !isMadeSo(before, vlan)) {
    for (const link of draft.kernel().links.values()) {
      const isUnfit = link.name === device || isMadeSo(link, vlan);
      // A VLAN id stands once on its parent: a network that had it before lets go of it first.
      if (isUnfit && isOwnVlan(link) && !untouched.has(link.name))
        draft.add({ kind: "delete-link", resource, netns: "", device: link.name });
    }
    draft.add({ kind: "add-vlan", resource, netns: "", device, parent, vlanId, mtu });
  }
  planIpv6Off(resource, device, draft);
  const standing = draft.kernel().links.get(device);
  if (standing === undefined) return;
  planSettings({ kind: "set-link", resource, netns: "", device }, standing, { mtu, master, up }, draft);
}

/** What can't be changed once a device stands. */
const isMadeSo = ({ vlan }: ObservedLink, { parent, vlanId }: DesiredVlan): boolean =>
  vlan?.id === vlanId && vlan.parent === parent && vlan.protocol === vlanProtocol;

const unwantedVlans = unwanted<ObservedLink>();

export function planVlanRemoval(desired: DesiredKernel, draft: Draft): void {
  const { vlans } = ownLinks(draft.kernel().links);
  for (const device of unwantedVlans(vlans, desired.vlans).keys()) {
    if (desired.untouched.has(device)) continue;
    const resource = goneResourceOf(desired.gone, "network", vlanDevice, device);
    draft.add({ kind: "delete-link", resource, netns: "", device });
  }
}
