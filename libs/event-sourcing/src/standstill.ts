import type { Fold } from "./fold.ts";

/** Why a fold is behind the log for good, so that nothing may be decided on it; undefined: it is not. */
export function standstillOf({
  failure,
  unknownTypes,
}: Pick<Fold<unknown>, "failure" | "unknownTypes">): string | undefined {
  if (failure !== undefined) return failure.message;
  if (unknownTypes.size === 0) return undefined;
  return `the log holds events that this build does not know (${[...unknownTypes].join(", ")}): upgrade this replica`;
}
