import type { DesiredResource } from "@rhumbline/proto/rhumbline/agent/v1/desired";
import type { Peer } from "../kernel/probe/probe-peers.ts";
import { following, type Lookup } from "../observed/following.ts";
import type { DesiredState } from "./desired-state.ts";

/** The nodes that this one is to probe. */
export const peersIn = ({ resources }: DesiredState): Peer[] => [...peerByKey(resources).values()];

const peerByKey = following((key, resources: Lookup<DesiredResource>): Peer | undefined => {
  const resource = resources.get(key)?.resource;
  return resource?.$case === "peer" ? resource.value : undefined;
});
