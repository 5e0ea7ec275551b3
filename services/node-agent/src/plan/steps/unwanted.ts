import { following, type Lookup } from "../../observed/following.ts";

/** What stands of one kind and is not desired, by name: found by what changed in either since the last plan. */
export const unwanted = <S>(): ((
  standing: ReadonlyMap<string, S>,
  desired: ReadonlyMap<string, unknown>,
) => ReadonlyMap<string, S>) =>
  following((name, standing: Lookup<S>, desired: Lookup<unknown>) =>
    desired.has(name) ? undefined : standing.get(name),
  );
