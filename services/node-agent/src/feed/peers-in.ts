import type { Peer } from "../kernel/probe/probe-peers.ts";
import type { DesiredState } from "./desired-state.ts";

/** The nodes that this one is to probe. */
export const peersIn = ({ resources }: DesiredState): Peer[] =>
  [...resources.values()].flatMap(({ resource }) => (resource?.$case === "peer" ? [resource.value] : []));
