import type { DesiredRouter } from "@rhumbline/proto/rhumbline/agent/v1/desired";
import { rememberingLast, sameInOrder } from "../../observed/remember.ts";
import type { DesiredHelper } from "../desired-helper.ts";
import type { DesiredRouterNamespace } from "../desired-kernel.ts";
import type { DoorAuthority } from "../door.ts";
import type { HostFacts } from "../host-facts.ts";
import { type ResourceKey, resourceKey } from "../resource-key.ts";
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
  readonly routers: ReadonlyMap<string, DesiredRouterNamespace>;
  /** What advertises them. */
  readonly helpers: ReadonlyMap<string, DesiredHelper>;
}

interface CompiledRouter {
  readonly namespace: DesiredRouterNamespace;
  readonly advertisers: readonly DesiredHelper[];
}

/** Those of resources of which none was refused. */
interface Before extends CompiledRouters {
  readonly inputs: readonly unknown[];
  readonly translations: Surroundings["translations"];
}

const lastOf = new WeakMap<HostFacts, Before>();

/** The routers of a host that are switched on. Of one that can't be realised neither is what it translates. Where nothing is
 *  otherwise than last time but translations, only the routers that have others are compiled anew. */
export function compileRouters(surroundings: Surroundings, errors: Map<ResourceKey, string>): CompiledRouters {
  const { sorted, host, authority, carriers, translations } = surroundings;
  const inputs = [authority, carriers, sorted.networks, sorted.routers];
  const before = lastOf.get(host);
  const isLikeBefore = errors.size === 0 && before !== undefined && sameInOrder(before.inputs, inputs);
  const compiled =
    (isLikeBefore ? retranslated(before, surroundings) : undefined) ??
    withRouters(none, sorted.routers, surroundings, errors);
  if (errors.size === 0) lastOf.set(host, { ...compiled, inputs, translations });
  else lastOf.delete(host);
  return compiled;
}

const none: CompiledRouters = { routers: new Map(), helpers: new Map() };

/** Undefined: some can't be realised now, so that they must not be left as they were. */
function retranslated(before: Before, surroundings: Surroundings): CompiledRouters | undefined {
  const { sorted, translations } = surroundings;
  const refused = new Map<ResourceKey, string>();
  const routers = idsServedOtherwise(before.translations, translations).flatMap((id) => {
    const key = resourceKey("router", id);
    const router = sorted.routers.get(key);
    return router === undefined ? [] : [[key, router] as const];
  });
  const compiled = withRouters(before, routers, surroundings, refused);
  return refused.size === 0 ? compiled : undefined;
}

function idsServedOtherwise(before: Surroundings["translations"], now: Surroundings["translations"]): string[] {
  const isOtherwise = (id: string): boolean => {
    const [one, other] = [before.get(id) ?? servesNothing, now.get(id) ?? servesNothing];
    const sameAddresses = sameInOrder(one.floatingIps, other.floatingIps);
    return !sameAddresses || !sameInOrder(one.portForwardings, other.portForwardings);
  };
  return [...new Set([...before.keys(), ...now.keys()])].filter(isOtherwise);
}

const asLastTime = rememberingLast<DesiredRouter, CompiledRouter>();

/** Each keeps the place that it had. */
function withRouters(
  before: CompiledRouters,
  anew: Iterable<readonly [ResourceKey, DesiredRouter]>,
  { sorted, host, authority, carriers, translations }: Surroundings,
  errors: Map<ResourceKey, string>,
): CompiledRouters {
  const routers = new Map(before.routers);
  const helpers = new Map(before.helpers);
  const around = [host, authority, carriers, sorted.networks];
  for (const [key, router] of anew) {
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
