import { following, type Lookup } from "./following.ts";
import type { ObservedKernel, ObservedLink } from "./observed-kernel.ts";
import { isOwnBridge, isOwnHostEnd, isOwnPatch, isOwnVlan, isOwnVxlan } from "./ownership.ts";
import { remembering } from "./remember.ts";

type Links = ObservedKernel["links"];

/** The host's links that are ours, or that we bound, by what they are; each kind by name. */
interface OwnLinks {
  readonly bridges: Links;
  readonly vxlans: Links;
  readonly vlans: Links;
  readonly patches: Links;
  /** Host ends whose other end is in no namespace that has a name. */
  readonly looseHostEnds: Links;
  readonly bound: Links;
}

/** A host has thousands of links: only those that changed are looked at again, once, whoever asks about the same ones. */
export const ownLinks = remembering((links: Links): OwnLinks => {
  const concerned = concernedIn(links);
  return {
    get bridges() {
      return bridgesIn(concerned);
    },
    get vxlans() {
      return vxlansIn(concerned);
    },
    get vlans() {
      return vlansIn(concerned);
    },
    get patches() {
      return patchesIn(concerned);
    },
    get looseHostEnds() {
      return looseHostEndsIn(concerned);
    },
    get bound() {
      return boundIn(concerned);
    },
  };
});

const isBound = ({ boundTo }: ObservedLink): boolean => boundTo !== undefined;

const concernedIn = those((link) => link.ours || isBound(link));
const bridgesIn = those(isOwnBridge);
const vxlansIn = those(isOwnVxlan);
const vlansIn = those(isOwnVlan);
const patchesIn = those(isOwnPatch);
const looseHostEndsIn = those((link) => isOwnHostEnd(link) && link.peerNamespace === undefined);
const boundIn = those(isBound);

function those(are: (link: ObservedLink) => boolean): (links: Links) => Links {
  return following((name, links: Lookup<ObservedLink>) => {
    const link = links.get(name);
    return link !== undefined && are(link) ? link : undefined;
  });
}
