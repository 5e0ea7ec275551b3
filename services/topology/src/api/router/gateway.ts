import type { Port } from "@rhumbline/proto/rhumbline/topology/v1/port";
import type { ExternalGateway } from "@rhumbline/proto/rhumbline/topology/v1/router";
import { deviceOwners } from "../../port/device-owner.ts";
import { gatewaySubnets } from "../../read-model/lookups.ts";
import { ports, type TopologyState } from "../../read-model/state.ts";
import type { GatewayWanted } from "../../router/commands.ts";
import type { ActiveRouter, Router } from "../../router/state.ts";
import type { DevicePortWish } from "../port/device-port.ts";
import { requireActive } from "../request-fields.ts";
import type { GatewayWish } from "./router-request.ts";

export function gatewayPort(id: string, router: Pick<Router, "id" | "projectId">, wish: GatewayWish): DevicePortWish {
  return {
    id,
    projectId: router.projectId,
    networkId: wish.networkId,
    deviceId: router.id,
    deviceOwner: deviceOwners.routerGateway,
    addresses: wish.addresses.map((address) => ({ ...address, gateway: false })),
    asked: (field) => `router.external_gateway.${field}`,
  };
}

/** The gateway that a port makes. */
export function gatewayOf(state: TopologyState, port: Port, { enableSnat }: GatewayWish): GatewayWanted {
  const gateway = { networkId: port.networkId, enableSnat, addresses: port.fixedIps, portId: port.id };
  return { gateway, macAddress: port.macAddress, subnets: gatewaySubnets(state, { gateway }) };
}

/** The gateway with another SNAT setting, where its port has all that is wished for; undefined where it takes another port. */
export function keptPort(
  state: TopologyState,
  { gateway }: ActiveRouter,
  wish: GatewayWish,
): GatewayWanted | undefined {
  if (gateway === undefined || gateway.networkId !== wish.networkId || !hasAll(gateway, wish)) return undefined;
  const { port } = requireActive("port", gateway.portId, ports.select(state, gateway.portId));
  return gatewayOf(state, port, wish);
}

/** Whether the gateway has the addresses that are wished for, and no others. */
export function hasAll(gateway: ExternalGateway | undefined, wish: GatewayWish): boolean {
  if (wish.addresses.length === 0) return true;
  const { addresses } = gateway ?? { addresses: [] };
  const has = ({ subnetId, ipAddress }: GatewayWish["addresses"][number]): boolean =>
    addresses.some(
      (present) =>
        (subnetId === "" || present.subnetId === subnetId) && (ipAddress === "" || present.ipAddress === ipAddress),
    );
  return wish.addresses.length === addresses.length && wish.addresses.every(has);
}
