import type { ObservedKernel, ObservedLink } from "./observed-kernel.ts";
import { isOwnBridge, isOwnHostEnd, isOwnPatch, isOwnVlan, isOwnVxlan } from "./ownership.ts";
import { remembering } from "./remember.ts";

/** The host's links that are ours, or that we bound, by what they are. */
interface OwnLinks {
  readonly bridges: readonly ObservedLink[];
  readonly vxlans: readonly ObservedLink[];
  readonly vlans: readonly ObservedLink[];
  readonly patches: readonly ObservedLink[];
  /** Host ends whose other end is in no namespace that has a name. */
  readonly looseHostEnds: readonly ObservedLink[];
  readonly bound: readonly ObservedLink[];
}

/** A host has thousands of links: they are gone through once, whoever asks about the same ones. */
export const ownLinks = remembering((links: ObservedKernel["links"]): OwnLinks => {
  const all = [...links.values()];
  return {
    bridges: all.filter(isOwnBridge),
    vxlans: all.filter(isOwnVxlan),
    vlans: all.filter(isOwnVlan),
    patches: all.filter(isOwnPatch),
    looseHostEnds: all.filter((link) => isOwnHostEnd(link) && link.peerNamespace === undefined),
    bound: all.filter(({ boundTo }) => boundTo !== undefined),
  };
});
