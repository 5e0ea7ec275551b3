import type { DesiredNetwork, DesiredRouter } from "@rhumbline/proto/rhumbline/agent/v1/desired";
import { following, type Group, type Lookup, spreading, uniting } from "../../observed/following.ts";
import type { DesiredHelper } from "../desired-helper.ts";
import type { DesiredRouterNamespace } from "../desired-kernel.ts";
import type { DoorAuthority } from "../door.ts";
import type { HostFacts } from "../host-facts.ts";
import { resourceKey } from "../resource-key.ts";
import { type Attempt, attempt, type Errors } from "./attempt.ts";
import type { Carriers } from "./carriers.ts";
import { compileAdvertisers } from "./compile-advertisers.ts";
import { toldIn } from "./compile-dhcp-servers.ts";
import type { CompiledNetworks } from "./compile-networks.ts";
import { compileRouter } from "./compile-router.ts";
import {
  type ServedFloatingIp,
  type ServedPortForwarding,
  servedBy,
  type Translating,
  type Translations,
} from "./routers-translations.ts";
import type { SortedResources } from "./sort-resources.ts";

interface Surroundings {
  readonly authority: DoorAuthority;
  readonly carriers: CompiledNetworks["carriers"];
  readonly translations: Translations;
}

interface CompiledRouters {
  readonly routers: ReadonlyMap<string, DesiredRouterNamespace>;
  /** What advertises them. */
  readonly helpers: ReadonlyMap<string, DesiredHelper>;
  readonly errors: Errors;
}

interface CompiledRouter {
  readonly namespace: DesiredRouterNamespace;
  readonly advertisers: readonly DesiredHelper[];
}

/** Compiles the routers of a host that are switched on. Of one that can't be realised neither is what it translates. */
export function routersCompiler(
  host: HostFacts,
): (sorted: SortedResources, surroundings: Surroundings) => CompiledRouters {
  const compiled = following(
    (
      key,
      routers: Lookup<DesiredRouter>,
      errors: Lookup<string>,
      carriers: Carriers,
      floatingIps: Lookup<Group<Translating<ServedFloatingIp>>>,
      portForwardings: Lookup<Group<Translating<ServedPortForwarding>>>,
      networks: Lookup<DesiredNetwork>,
      authorities: Lookup<DoorAuthority>,
    ): Attempt<CompiledRouter> | undefined => {
      const router = routers.get(key);
      const authority = authorities.get(own);
      if (router?.adminStateUp !== true || authority === undefined) return undefined;
      const refused = errors.get(key);
      if (refused !== undefined) return { error: refused };
      const served = servedBy(router.routerId, floatingIps, portForwardings);
      return attempt(() => ({
        namespace: compileRouter(key, router, served, { carriers, authority, backend: host.backend }),
        advertisers: compileAdvertisers(key, router, (networkId) => toldIn(networkId, networks, host.dhcp)),
      }));
    },
  );
  const refused = following((key, routers: Lookup<Attempt<CompiledRouter>>) => routers.get(key)?.error);
  // Asks what is refused alone: a router that is only made otherwise would have all that it translates asked about again.
  const unserved = following((key, translations: Lookup<Translating<unknown>>, refusedRouters: Lookup<string>) => {
    const { made } = translations.get(key) ?? {};
    if (made === undefined) return undefined;
    const router = resourceKey("router", made.routerId);
    return refusedRouters.has(router) ? `${router} isn't realised on this node` : undefined;
  });
  const namespaces = spreading(({ made }: Attempt<CompiledRouter>) =>
    made === undefined ? [] : [[made.namespace.name, made.namespace] as const],
  );
  const helpers = spreading(({ made }: Attempt<CompiledRouter>) =>
    (made?.advertisers ?? []).map((advertiser) => [advertiser.name, advertiser] as const),
  );
  const errorsAfter = uniting<string>();
  return ({ routers, networks }, { authority, carriers, translations }) => {
    const { floatingIps, portForwardings, attempts, errors } = translations;
    const made = compiled(
      routers,
      errors,
      carriers,
      floatingIps,
      portForwardings,
      networks,
      new Map([[own, authority]]),
    );
    const refusedRouters = refused(made);
    return {
      routers: namespaces(made),
      helpers: helpers(made),
      errors: errorsAfter(errors, refusedRouters, unserved(attempts, refusedRouters)),
    };
  };
}

/** Whose doors may be opened and closed: one's own. */
const own = "own";
