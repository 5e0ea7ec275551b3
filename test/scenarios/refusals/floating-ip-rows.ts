import { randomUUID } from "node:crypto";
import { FloatingIp } from "@rhumbline/proto/rhumbline/topology/v1/floating_ip";
import { Port } from "@rhumbline/proto/rhumbline/topology/v1/port";
import type { ControlPlane } from "../topology/control-plane.ts";
import { make, plainly, read } from "../topology/make.ts";
import { asked, type RefusalRow } from "./refusal-row.ts";

const associate = (plane: ControlPlane, id: string, portId: string) =>
  plane.floatingIps.updateFloatingIp({
    floatingIp: FloatingIp.fromPartial({ id, portId }),
    updateMask: ["port_id"],
    etag: "",
    ...plainly,
  });

export const floatingIpRows: readonly RefusalRow[] = [
  {
    neutron: "FloatingIPNotFound",
    when: "a floating IP that does not exist is read",
    reason: "NOT_FOUND",
    says: /floating IP .* does not exist/,
    attempt: async (plane) => asked(() => plane.floatingIps.getFloatingIp({ id: randomUUID(), ...read })),
  },
  {
    neutron: "BadRequest",
    when: "a floating IP is of a network that is not external",
    reason: "NETWORK_NOT_EXTERNAL",
    says: /is not external/,
    async attempt(plane) {
      const { tenant } = await make(plane).routed();
      return asked(() => make(plane).floatingIp(tenant.id));
    },
  },
  {
    neutron: "ExternalGatewayForFloatingIPNotFound",
    when: "a floating IP goes to a port that no router reaches from its network",
    reason: "FLOATING_IP_UNREACHABLE",
    says: /it needs an interface in the one and its gateway in the other/,
    async attempt(plane) {
      const { external } = await make(plane).routed();
      const { id } = await make(plane).network();
      await make(plane).subnet(id, "10.7.0.0/24");
      const { id: portId } = await make(plane).port(id);
      return asked(() => make(plane).floatingIp(external.id, { portId }));
    },
  },
  {
    neutron: "FloatingIPPortAlreadyAssociated",
    when: "a fixed IP gets a second floating IP of one network",
    reason: "FIXED_IP_HAS_FLOATING_IP",
    says: /has floating IP [0-9a-f-]{36} on this network already/,
    async attempt(plane) {
      const { external, tenant } = await make(plane).routed();
      const { id: portId } = await make(plane).port(tenant.id);
      await make(plane).floatingIp(external.id, { portId });
      const { id } = await make(plane).floatingIp(external.id);
      return asked(() => associate(plane, id, portId));
    },
  },
  {
    neutron: "PortNotFound",
    when: "a floating IP goes to a port that does not exist",
    reason: "NOT_FOUND",
    says: /port .* does not exist/,
    async attempt(plane) {
      const { external } = await make(plane).routed();
      return asked(() => make(plane).floatingIp(external.id, { portId: randomUUID() }));
    },
  },
  {
    neutron: "BadRequest",
    when: "a floating IP goes to a port with two addresses and names none",
    reason: "INVALID_FIELD",
    says: /must be one IPv4 address of port .*, which has 10\.0\.0\.8, 10\.0\.0\.9/,
    async attempt(plane) {
      const { external, tenant } = await make(plane).routed();
      const fixedIps = ["10.0.0.8", "10.0.0.9"].map((ipAddress) => ({ subnetId: "", ipAddress }));
      const { id: portId } = await make(plane).port(tenant.id, { fixedIps });
      return asked(() => make(plane).floatingIp(external.id, { portId }));
    },
  },
  {
    neutron: "BadRequest",
    when: "a floating IP goes to an address that the port does not have",
    reason: "INVALID_FIELD",
    says: /must be one IPv4 address of port/,
    async attempt(plane) {
      const { external, tenant } = await make(plane).routed();
      const { id: portId } = await make(plane).port(tenant.id);
      return asked(() => make(plane).floatingIp(external.id, { portId, fixedIpAddress: "10.0.0.99" }));
    },
  },
  {
    neutron: "ExternalIpAddressExhausted",
    when: "a floating IP is made where its network has no address left",
    reason: "IP_ADDRESSES_EXHAUSTED",
    says: /has no free address in its allocation pools/,
    async attempt(plane) {
      const external = await make(plane).externalNetwork();
      await make(plane).subnet(external.id, "203.0.113.0/30");
      await make(plane).floatingIp(external.id);
      return asked(() => make(plane).floatingIp(external.id));
    },
  },
  {
    neutron: "IpAddressInUse",
    when: "a floating IP asks for an address that is taken",
    reason: "IP_ADDRESS_IN_USE",
    says: /203\.0\.113\.9 is held by port/,
    async attempt(plane) {
      const { external } = await make(plane).routed();
      await make(plane).floatingIp(external.id, { floatingIpAddress: "203.0.113.9" });
      return asked(() => make(plane).floatingIp(external.id, { floatingIpAddress: "203.0.113.9" }));
    },
  },
  {
    neutron: "InvalidIpForNetwork",
    when: "a floating IP asks for an address in no subnet of its network",
    reason: "INVALID_FIELD",
    says: /198\.51\.100\.9 lies in no subnet of network .*, which has 203\.0\.113\.0\/24/,
    async attempt(plane) {
      const { external } = await make(plane).routed();
      return asked(() => make(plane).floatingIp(external.id, { floatingIpAddress: "198.51.100.9" }));
    },
  },
  {
    neutron: "BadRequest",
    when: "a floating IP is to be IPv6",
    reason: "INVALID_FIELD",
    says: /floating IPs are IPv4/,
    async attempt(plane) {
      const { external } = await make(plane).routed();
      return asked(() => make(plane).floatingIp(external.id, { floatingIpAddress: "2001:db8::9" }));
    },
  },
  {
    neutron: "",
    when: "a port loses the fixed IP that a floating IP stands for",
    reason: "FIXED_IP_REQUIRED_BY_FLOATING_IP",
    says: /stands for 10\.0\.0\.2 of port .*: disassociate it first/,
    async attempt(plane) {
      const { external, tenant } = await make(plane).routed();
      const { id } = await make(plane).port(tenant.id);
      await make(plane).floatingIp(external.id, { portId: id });
      const port = Port.fromPartial({ id, fixedIps: [{ subnetId: "", ipAddress: "10.0.0.77" }] } as Partial<Port>);
      return asked(() => plane.ports.updatePort({ port, updateMask: ["fixed_ips"], etag: "", ...plainly }));
    },
  },
];
