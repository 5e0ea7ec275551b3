import { caughtUp, type ServiceContext } from "@rhumbline/service";
import type { TopologyState } from "../read-model/state.ts";
import type { Ipam } from "./ipam.ts";
import type { NetworkSettings } from "./settings.ts";

/** What the handlers work with. */
export interface TopologyContext extends ServiceContext<TopologyState> {
  readonly ipam: Ipam;
  readonly settings: NetworkSettings;
}

/** Finds what another service may have written a moment ago: where it is not in the fold, the log is read to its end
 *  once and the fold asked again. */
export async function findOrCatchUp<T>(
  { fold, follower }: Pick<TopologyContext, "fold" | "follower">,
  find: (state: TopologyState) => T | undefined,
): Promise<T | undefined> {
  const found = find(fold.state);
  if (found !== undefined) return found;
  await caughtUp(follower);
  return find(fold.state);
}
