import type { DesiredRouter } from "@rhumbline/proto/rhumbline/agent/v1/desired";
import { rememberingLast } from "../../observed/remember.ts";
import { iptablesLayout } from "../../rules/iptables-layout.ts";
import { nftLayout } from "../../rules/nft-layout.ts";
import type { DesiredRouterNamespace } from "../desired-kernel.ts";
import { gatewayDevice, routerInterfaceDevice, routerNamespace } from "../device-names.ts";
import { type DoorAuthority, doorOf } from "../door.ts";
import type { RulesBackend } from "../host-facts.ts";
import { type ResourceKey, resourceKey } from "../resource-key.ts";
import { routerSysctls } from "../router-sysctls.ts";
import type { Carriers } from "./carriers.ts";
import { compileLeg, type Leg } from "./compile-leg.ts";
import { compileRoutes } from "./compile-routes.ts";
import type { Served } from "./routers-translations.ts";

interface Surroundings {
  readonly carriers: Carriers;
  readonly authority: DoorAuthority;
  readonly backend: RulesBackend;
}

const asLastTime = rememberingLast<DesiredRouter, DesiredRouterNamespace>();

/** The very same value as long as nothing that it follows from is another.
 *  @throws Error when the router can't be realised on this host as a whole. */
export function compileRouter(
  resource: ResourceKey,
  router: DesiredRouter,
  served: Served,
  surroundings: Surroundings,
): DesiredRouterNamespace {
  const { carriers, authority, backend } = surroundings;
  const ports = router.gateway === undefined ? router.interfaces : [router.gateway, ...router.interfaces];
  const plugs = ports.flatMap(({ networkId }) => Object.values(carriers.get(resourceKey("network", networkId)) ?? {}));
  const inputs = [authority, backend, ...served.floatingIps, ...served.portForwardings, ...plugs];
  return asLastTime(router, inputs, () => compiled(resource, router, served, surroundings));
}

function compiled(
  resource: ResourceKey,
  router: DesiredRouter,
  { floatingIps, portForwardings }: Served,
  { carriers, authority, backend }: Surroundings,
): DesiredRouterNamespace {
  const translated = [...floatingIps, ...portForwardings];
  const surroundings = { carriers, door: doorOf(router.standby, authority) };
  const gateway =
    router.gateway === undefined
      ? undefined
      : compileLeg(resource, gatewayDevice(router.gateway.portId), router.gateway, surroundings, translated);
  const interfaces = router.interfaces.map((port) =>
    compileLeg(resource, routerInterfaceDevice(port.portId), port, surroundings, []),
  );
  const legs = gateway === undefined ? interfaces : [gateway, ...interfaces];
  const gatewayAddresses = gateway === undefined ? [] : ipv4Addresses(gateway);
  const [address] = gatewayAddresses;
  const translation = {
    gateway:
      gateway === undefined || address === undefined
        ? undefined
        : { device: gateway.desired.device, address, snat: router.enableSnat },
    floatingIps,
    portForwardings,
  };
  return {
    resource,
    name: routerNamespace(router.routerId),
    legs: new Map(legs.map(({ desired }) => [desired.device, desired])),
    routes: compileRoutes(router, gateway, legs),
    sysctls: routerSysctls(legs.some((leg) => leg.addresses.some(({ network }) => network.network.family === 6))),
    tables: backend === "iptables" ? iptablesLayout(translation) : [],
    filter: backend === "nftables" ? nftLayout(resource, translation) : [],
    translations: {
      fixedIpByFloatingIp: new Map(floatingIps.map(({ floatingIp, fixedIp }) => [floatingIp, fixedIp])),
      portForwardings,
      gatewayAddresses,
      snat: router.enableSnat,
    },
    translated: translated.map(({ resource }) => resource),
  };
}

function ipv4Addresses({ addresses }: Leg): string[] {
  return addresses.filter(({ network }) => network.network.family === 4).map(({ text }) => text);
}
