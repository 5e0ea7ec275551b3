import { following, type Group, grouping, type Lookup } from "../../observed/following.ts";
import { remembering } from "../../observed/remember.ts";
import { hostEnd, networkBridge, portDevice } from "../device-names.ts";
import { type ResourceKey, resourceKey } from "../resource-key.ts";
import type { Errors } from "./attempt.ts";
import type { Resource, SortedResources } from "./sort-resources.ts";

/** A resource would have a device of that name. */
interface Claim {
  readonly device: string;
  /** Of the network or port that the device would stand for. */
  readonly id: string;
}

interface Claimant {
  readonly resource: ResourceKey;
  readonly id: string;
}

/** Finds resources whose devices would bear one name: all of them are refused, since the second would take the first one's
 *  packets. */
export function collisionFinder(): (sorted: SortedResources) => Errors {
  // Apart: what somebody named must not refuse what is made of ids.
  const [plugged, made] = [contesting(devicePlugged), contesting(devicesMade)];
  const words = remembering((ofPlugged: Contested) =>
    remembering(
      (ofMade: Contested): Errors =>
        new Map([
          ...refusals(
            ofPlugged,
            (device, others) => `device ${device} is bound to ${others} too: bind one of them to another`,
          ),
          ...refusals(
            ofMade,
            (device, others) => `device name ${device} is also that of ${others}: give one of them another id`,
          ),
        ]),
    ),
  );
  return ({ all }) => words(plugged(all))(made(all));
}

/** Device -> those who would all have it. */
type Contested = ReadonlyMap<string, readonly Claimant[]>;

function contesting(claimsOf: (resource: Resource) => readonly Claim[]): (all: SortedResources["all"]) => Contested {
  const byDevice = grouping((resource: Resource) => new Set(claimsOf(resource).map(({ device }) => device)));
  const contested = following((device, claiming: Lookup<Group<Resource>>) => {
    const claimants = [...(claiming.get(device) ?? [])].flatMap(([resource, value]) => {
      const ids = claimsOf(value).flatMap((claim) => (claim.device === device ? [claim.id] : []));
      return [...new Set(ids)].map((id) => ({ resource, id }));
    });
    return claimants.length < 2 ? undefined : claimants;
  });
  return (all) => contested(byDevice(all));
}

function devicePlugged(resource: Resource): Claim[] {
  if (resource.$case !== "port") return [];
  return [{ device: portDevice(resource.value), id: resource.value.portId }];
}

function devicesMade(resource: Resource): Claim[] {
  switch (resource.$case) {
    case "network":
      return [{ device: networkBridge(resource.value.networkId), id: resource.value.networkId }];
    case "port":
    case "dhcp":
      return [madeFor(resource.value)];
    case "router": {
      const { gateway, interfaces } = resource.value;
      return (gateway === undefined ? interfaces : [gateway, ...interfaces]).map(madeFor);
    }
    default:
      return [];
  }
}

const madeFor = ({ portId }: { readonly portId: string }): Claim => ({ device: hostEnd(portId), id: portId });

/** @param words for one of them, with all others. */
function refusals(
  contested: Contested,
  words: (device: string, others: string) => string,
): (readonly [ResourceKey, string])[] {
  return [...contested].flatMap(([device, claimants]) =>
    claimants.map((one) => {
      const others = claimants.filter((other) => other !== one).map(nameOf);
      return [one.resource, words(device, others.join(", "))] as const;
    }),
  );
}

function nameOf({ resource, id }: Claimant): string {
  return resource.endsWith(id) ? resource : `${resourceKey("port", id)} of ${resource}`;
}
