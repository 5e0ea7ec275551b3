import { InvalidArgumentError } from "commander";

/** A route as people type it, of a router or for instances. */
export interface TypedRoute {
  readonly destination: string;
  readonly nextHop: string;
}

/** Reads one `destination,nexthop` of a flag that may be repeated.
 *  @param before what the flag was given before; a boolean where its `--no-` twin has spoken.
 *  @throws {InvalidArgumentError} */
export function collectRoute(text: string, before: readonly TypedRoute[] | boolean = []): TypedRoute[] {
  const [destination, nextHop, ...more] = text.split(",");
  if (!destination || !nextHop || more.length > 0)
    throw new InvalidArgumentError("accepted is destination,nexthop, like 192.0.2.0/24,10.0.0.254.");
  return [...(Array.isArray(before) ? before : []), { destination, nextHop }];
}
