import type { DesiredKernel } from "../../desired/desired-kernel.ts";
import type { ResourceKey } from "../../desired/resource-key.ts";
import { type ConfinedElement, serverElement } from "../../observed/confinement.ts";
import { rememberingPair } from "../../observed/remember.ts";
import type { Draft } from "./draft.ts";

/** Before the devices are on their bridges: no frame of theirs ever leaves the node. */
export function planConfinement(desired: DesiredKernel, draft: Draft): void {
  const wanted = confinedElements(desired);
  const [first] = wanted;
  if (first === undefined) return;
  const { confinement } = draft.kernel();
  const made = confinement?.intact !== true;
  const left = [...(confinement?.elements ?? [])].filter((element) => isUntouched(element, desired));
  const missing = made
    ? [...new Set([...wanted.keys(), ...left])]
    : [...wanted.keys()].filter((element) => !confinement.elements.has(element));
  const [firstMissing] = missing;
  if (firstMissing === undefined) return;
  const resource = wanted.get(firstMissing) ?? first[1];
  const table = made ? "made" : "kept";
  draft.add({ kind: "change-confinement", resource, netns: "", table, add: missing, remove: [] });
}

/** Once the devices are gone. */
export function planConfinementRemoval(desired: DesiredKernel, draft: Draft): void {
  const { confinement } = draft.kernel();
  if (confinement === undefined) return;
  const wanted = confinedElements(desired);
  const left = [...confinement.elements].filter((element) => wanted.has(element) || isUntouched(element, desired));
  const table = left.length === 0 ? "deleted" : "kept";
  const remove = [...confinement.elements].filter((element) => !left.includes(element));
  if (table === "kept" && remove.length === 0) return;
  draft.add({ kind: "change-confinement", resource: "", netns: "", table, add: [], remove });
}

/** What keeps DHCP on the node -> the server's key. */
const confinedElements = ({ dhcpServers, keptRequests }: DesiredKernel): ReadonlyMap<ConfinedElement, ResourceKey> =>
  elementsOf(dhcpServers, keptRequests);

const elementsOf = rememberingPair(
  (
    dhcpServers: DesiredKernel["dhcpServers"],
    keptRequests: DesiredKernel["keptRequests"],
  ): ReadonlyMap<ConfinedElement, ResourceKey> => {
    const elements = new Map<ConfinedElement, ResourceKey>();
    for (const { resource, legs } of dhcpServers.values()) {
      for (const { attachment } of legs.values()) {
        if (attachment.kind === "bridge") elements.set(serverElement(attachment.hostEnd), resource);
      }
    }
    for (const [element, resource] of keptRequests) elements.set(element, resource);
    return elements;
  },
);

/** Of a device that is left as it is. */
function isUntouched(element: ConfinedElement, { untouched }: DesiredKernel): boolean {
  const [, device = ""] = element.split(" ");
  return untouched.has(device) || untouched.has(element);
}
