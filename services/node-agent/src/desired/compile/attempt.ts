import { following, type Lookup, uniting } from "../../observed/following.ts";
import type { ResourceKey } from "../resource-key.ts";

export type Errors = ReadonlyMap<ResourceKey, string>;

/** What came of compiling one resource. */
export type Attempt<T> =
  | { readonly made: T; readonly error?: undefined }
  | { readonly made?: undefined; readonly error: string };

/** Whatever is wrong with one resource, a value that no parser takes included, must not hold up the others. */
export function attempt<T>(compile: () => T): Attempt<T> {
  try {
    return { made: compile() };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

/** Adds to the resources that were refused before those that were refused now. */
export function refusing(): (
  before: Errors,
  ...attempts: readonly ReadonlyMap<ResourceKey, Attempt<unknown>>[]
) => Errors {
  const refused = following((key, attempts: Lookup<Attempt<unknown>>) => attempts.get(key)?.error);
  const all = uniting<Attempt<unknown>>();
  const errors = uniting<string>();
  return (before, ...attempts) => errors(before, refused(all(...attempts)));
}
