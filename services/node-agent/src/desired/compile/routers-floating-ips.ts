import { formatIpAddress, parseIpAddress } from "@rhumbline/net";
import { type ResourceKey, resourceKey } from "../resource-key.ts";
import type { SortedResources } from "./sort-resources.ts";

export interface ServedFloatingIp {
  readonly resource: ResourceKey;
  readonly floatingIp: string;
  readonly fixedIp: string;
}

/** Router id -> the floating IPs that it serves. One that no router here can serve goes into `errors`. */
export function routersFloatingIps(
  { floatingIps, routers }: SortedResources,
  errors: Map<ResourceKey, string>,
): Map<string, ServedFloatingIp[]> {
  const byRouter = new Map<string, ServedFloatingIp[]>();
  for (const [resource, desired] of floatingIps) {
    const router = routers.get(resourceKey("router", desired.routerId));
    if (router === undefined) {
      errors.set(resource, `router ${desired.routerId} isn't on this node`);
    } else if (router.gateway === undefined) {
      errors.set(resource, `router ${desired.routerId} has no external gateway`);
    } else {
      const served = serve(resource, desired.floatingIpAddress, desired.fixedIpAddress);
      if (typeof served === "string") errors.set(resource, served);
      else byRouter.set(desired.routerId, [...(byRouter.get(desired.routerId) ?? []), served]);
    }
  }
  return byRouter;
}

/** What a router serves, or why it can't. */
function serve(resource: ResourceKey, floating: string, fixed: string): ServedFloatingIp | string {
  try {
    const floatingIp = parseIpAddress(floating);
    const fixedIp = parseIpAddress(fixed);
    if (floatingIp.family !== 4 || fixedIp.family !== 4) return "floating IPs are IPv4 to IPv4";
    return { resource, floatingIp: formatIpAddress(floatingIp), fixedIp: formatIpAddress(fixedIp) };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
