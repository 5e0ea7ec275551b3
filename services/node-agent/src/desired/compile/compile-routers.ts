import type { DesiredRouter } from "@rhumbline/proto/rhumbline/agent/v1/desired";
import { rememberingLast } from "../../observed/remember.ts";
import type { DesiredHelper } from "../desired-helper.ts";
import type { DesiredRouterNamespace } from "../desired-kernel.ts";
import type { DoorAuthority } from "../door.ts";
import type { HostFacts } from "../host-facts.ts";
import type { ResourceKey } from "../resource-key.ts";
import type { Carriers } from "./carriers.ts";
import { compileAdvertisers } from "./compile-advertisers.ts";
import { toldIn } from "./compile-dhcp-servers.ts";
import { compileRouter } from "./compile-router.ts";
import { orRefuse } from "./or-refuse.ts";
import { type Served, servesNothing } from "./routers-translations.ts";
import type { SortedResources } from "./sort-resources.ts";

interface Surroundings {
  readonly sorted: SortedResources;
  readonly host: HostFacts;
  readonly authority: DoorAuthority;
  readonly carriers: Carriers;
  /** By router id. */
  readonly translations: ReadonlyMap<string, Served>;
}

interface CompiledRouters {
  readonly routers: Map<string, DesiredRouterNamespace>;
  /** What advertises them. */
  readonly helpers: Map<string, DesiredHelper>;
}

interface CompiledRouter {
  readonly namespace: DesiredRouterNamespace;
  readonly advertisers: readonly DesiredHelper[];
}

const asLastTime = rememberingLast<DesiredRouter, CompiledRouter>();

/** The routers of a host that are switched on. Of one that can't be realised neither is what it translates. */
export function compileRouters(
  { sorted, host, authority, carriers, translations }: Surroundings,
  errors: Map<ResourceKey, string>,
): CompiledRouters {
  const routers = new Map<string, DesiredRouterNamespace>();
  const helpers = new Map<string, DesiredHelper>();
  const around = [host, authority, carriers, sorted.networks];
  for (const [key, router] of sorted.routers) {
    if (!router.adminStateUp) continue;
    const served = translations.get(router.routerId) ?? servesNothing;
    const inputs = [...around, ...served.floatingIps, ...served.portForwardings];
    const made = orRefuse(key, errors, () =>
      asLastTime(router, inputs, () => ({
        namespace: compileRouter(key, router, served, { carriers, authority, backend: host.backend }),
        advertisers: compileAdvertisers(key, router, (networkId) => toldIn(networkId, sorted, host.dhcp)),
      })),
    );
    if (made !== undefined) {
      routers.set(made.namespace.name, made.namespace);
      for (const advertiser of made.advertisers) helpers.set(advertiser.name, advertiser);
      continue;
    }
    for (const { resource } of [...served.floatingIps, ...served.portForwardings])
      errors.set(resource, `${key} isn't realised on this node`);
  }
  return { routers, helpers };
}
