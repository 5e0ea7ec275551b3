import { randomUUID } from "node:crypto";
import { type Subnet, Subnet as SubnetMessage } from "@rhumbline/proto/rhumbline/ipam/v1/subnet";
import {
  type AddressGroup,
  AddressGroup as AddressGroupMessage,
} from "@rhumbline/proto/rhumbline/topology/v1/address_group";
import { type FloatingIp, FloatingIp as FloatingIpMessage } from "@rhumbline/proto/rhumbline/topology/v1/floating_ip";
import { type Network, Network as NetworkMessage } from "@rhumbline/proto/rhumbline/topology/v1/network";
import { type Port, Port as PortMessage } from "@rhumbline/proto/rhumbline/topology/v1/port";
import {
  type PortForwarding,
  PortForwarding as PortForwardingMessage,
} from "@rhumbline/proto/rhumbline/topology/v1/port_forwarding";
import { type Router, Router as RouterMessage } from "@rhumbline/proto/rhumbline/topology/v1/router";
import {
  type SecurityGroup,
  SecurityGroup as SecurityGroupMessage,
  type SecurityGroupRule,
  SecurityGroupRule as SecurityGroupRuleMessage,
} from "@rhumbline/proto/rhumbline/topology/v1/security_group";
import type { Clients } from "./control-plane.ts";

/** No request_id, nothing rehearsed. */
export const plainly = { requestId: "", validateOnly: false };
export const inNoPool = { prefixLength: 0, defaultPoolIpVersion: 0 };
export const read = { minPosition: 0, asOf: undefined };
export const firstPage = { pageSize: 0, pageToken: "", filter: "", orderBy: "", ...read };

/** Makes things with one line each: what a test does not speak of has its default. */
export function make(
  plane: Pick<
    Clients,
    | "portForwardings"
    | "networks"
    | "subnets"
    | "ports"
    | "routers"
    | "floatingIps"
    | "securityGroups"
    | "addressGroups"
  >,
) {
  const given = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error("the answer does not carry its resource");
    return value;
  };
  return {
    async network(fields: Partial<Network> = {}): Promise<Network> {
      const network = NetworkMessage.fromPartial(fields);
      return given((await plane.networks.createNetwork({ network, ...plainly })).network);
    },
    /** @param physicalNetwork by default one that nobody else has. */
    externalNetwork(physicalNetwork = `physnet-${randomUUID()}`, fields: Partial<Network> = {}): Promise<Network> {
      const segment = { networkType: "NETWORK_TYPE_FLAT", physicalNetwork, segmentationId: 0 } as const;
      return this.network({ segment, external: true, ...fields });
    },
    async subnet(networkId: string, cidr: string, fields: Partial<Subnet> = {}): Promise<Subnet> {
      const subnet = SubnetMessage.fromPartial({ networkId, cidr, ...fields });
      return given((await plane.subnets.createSubnet({ subnet, ...inNoPool, ...plainly })).subnet);
    },
    async port(networkId: string, fields: Partial<Port> = {}): Promise<Port> {
      const port = PortMessage.fromPartial({ networkId, ...fields });
      return given((await plane.ports.createPort({ port, ...plainly })).port);
    },
    async router(fields: Partial<Router> = {}): Promise<Router> {
      const router = RouterMessage.fromPartial(fields);
      return given((await plane.routers.createRouter({ router, ...plainly })).router);
    },
    interface(routerId: string, subnetId: string) {
      return plane.routers.addRouterInterface({ routerId, subnetId, portId: "", ...plainly });
    },
    async floatingIp(floatingNetworkId: string, fields: Partial<FloatingIp> = {}): Promise<FloatingIp> {
      const floatingIp = FloatingIpMessage.fromPartial({ floatingNetworkId, ...fields });
      return given((await plane.floatingIps.createFloatingIp({ floatingIp, ...plainly })).floatingIp);
    },
    async portForwarding(fields: Partial<PortForwarding>): Promise<PortForwarding> {
      const portForwarding = PortForwardingMessage.fromPartial({ protocol: "PORT_FORWARDING_PROTOCOL_TCP", ...fields });
      return given((await plane.portForwardings.createPortForwarding({ portForwarding, ...plainly })).portForwarding);
    },
    async securityGroup(fields: Partial<SecurityGroup> = {}): Promise<SecurityGroup> {
      const securityGroup = SecurityGroupMessage.fromPartial(fields);
      return given((await plane.securityGroups.createSecurityGroup({ securityGroup, ...plainly })).securityGroup);
    },
    /** For what comes in, where nothing else is said. */
    async rule(securityGroupId: string, fields: Partial<SecurityGroupRule> = {}): Promise<SecurityGroupRule> {
      const rule = SecurityGroupRuleMessage.fromPartial({ direction: "DIRECTION_INGRESS", ...fields });
      const request = { securityGroupId, rule, ...plainly };
      return given((await plane.securityGroups.createSecurityGroupRule(request)).rule);
    },
    async addressGroup(fields: Partial<AddressGroup> = {}): Promise<AddressGroup> {
      const addressGroup = AddressGroupMessage.fromPartial(fields);
      return given((await plane.addressGroups.createAddressGroup({ addressGroup, ...plainly })).addressGroup);
    },
    /** An external network, a tenant network, and a router between them. */
    async routed() {
      const external = await this.externalNetwork();
      const externalSubnet = await this.subnet(external.id, "203.0.113.0/24");
      const tenant = await this.network({ name: "web" });
      const subnet = await this.subnet(tenant.id, "10.0.0.0/24");
      const router = await this.router({
        externalGateway: { networkId: external.id, enableSnat: undefined, addresses: [], portId: "" },
      });
      await this.interface(router.id, subnet.id);
      return { external, externalSubnet, tenant, subnet, router };
    },
  };
}
