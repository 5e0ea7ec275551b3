import { Argument } from "commander";
import { addressGroupResource } from "../commands/address-group.ts";
import { floatingIpResource } from "../commands/floating-ip.ts";
import { networkResource } from "../commands/network.ts";
import { nodeResource } from "../commands/node-resource.ts";
import { portResource } from "../commands/port.ts";
import { portForwardingResource } from "../commands/port-forwarding.ts";
import { routerResource } from "../commands/router-resource.ts";
import { securityGroupResource } from "../commands/security-group-resource.ts";
import { subnetResource } from "../commands/subnet.ts";
import { subnetPoolResource } from "../commands/subnet-pool.ts";
import type { Resource } from "../resource/resource.ts";

/** Every kind of resource, by what is typed. */
const resources: readonly Resource<unknown>[] = [
  networkResource,
  subnetResource,
  subnetPoolResource,
  portResource,
  routerResource,
  floatingIpResource,
  portForwardingResource,
  securityGroupResource,
  addressGroupResource,
  nodeResource,
];

/** The first argument of commands that take any kind of resource. */
export const resourceArgument = (): Argument =>
  new Argument("<resource>", "its kind").choices(resources.map(({ noun }) => noun));

export const resourceCalledOrNone = (noun: string): Resource<unknown> | undefined =>
  resources.find((candidate) => candidate.noun === noun);

/** @param noun as `resourceArgument` let it through. */
export function resourceCalled(noun: string): Resource<unknown> {
  const resource = resourceCalledOrNone(noun);
  if (resource === undefined) throw new Error(`no resource is called ${noun}`);
  return resource;
}
