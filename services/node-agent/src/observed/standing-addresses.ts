import type { ObservedLink } from "./observed-kernel.ts";
import { remembering } from "./remember.ts";

/** The addresses of a device, to ask for many of them. */
export const standingAddresses = remembering(
  ({ addresses }: Pick<ObservedLink, "addresses">): ReadonlySet<string> => new Set(addresses),
);
