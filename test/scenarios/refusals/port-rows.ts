import { randomUUID } from "node:crypto";
import { Port } from "@rhumbline/proto/rhumbline/topology/v1/port";
import type { ControlPlane } from "../topology/control-plane.ts";
import { firstPage, make, plainly, read } from "../topology/make.ts";
import { asked, type RefusalRow } from "./refusal-row.ts";

const update = (plane: ControlPlane, port: Partial<Port>, ...updateMask: string[]) =>
  plane.ports.updatePort({ port: Port.fromPartial(port), updateMask, etag: "", ...plainly });
const remove = (plane: ControlPlane, id: string) => plane.ports.deletePort({ id, etag: "", ...plainly });
const fixedIp = (ipAddress: string, subnetId = "") => ({ subnetId, ipAddress });

/** A network with subnet 10.0.0.0/29: five addresses beside the gateway's. */
async function withSubnet(plane: ControlPlane): Promise<{ networkId: string; subnetId: string }> {
  const { id: networkId } = await make(plane).network();
  const { id: subnetId } = await make(plane).subnet(networkId, "10.0.0.0/29");
  return { networkId, subnetId };
}
const refusedPort = (fields: Partial<Port>) => async (plane: ControlPlane) => {
  const { networkId } = await withSubnet(plane);
  return asked(() => make(plane).port(networkId, fields));
};
async function portOf(plane: ControlPlane, deviceId: string): Promise<string> {
  const { ports } = await plane.ports.listPorts(firstPage);
  return ports.find((port) => port.deviceId === deviceId)?.id ?? "";
}

const addressRows: readonly RefusalRow[] = [
  {
    neutron: "IpAddressInUse",
    when: "a port asks for an address that another has",
    reason: "IP_ADDRESS_IN_USE",
    says: /10\.0\.0\.5 is held by port [0-9a-f-]{36}/,
    async attempt(plane) {
      const { networkId } = await withSubnet(plane);
      await make(plane).port(networkId, { fixedIps: [fixedIp("10.0.0.5")] });
      return asked(() => make(plane).port(networkId, { fixedIps: [fixedIp("10.0.0.5")] }));
    },
  },
  {
    neutron: "InvalidIpForNetwork",
    when: "a port asks for an address in no subnet of its network",
    reason: "INVALID_FIELD",
    says: /192\.0\.2\.1 lies in no subnet of network .*, which has 10\.0\.0\.0\/29/,
    attempt: refusedPort({ fixedIps: [fixedIp("192.0.2.1")] }),
  },
  {
    neutron: "InvalidIpForSubnet",
    when: "a port asks for a broadcast address",
    reason: "IP_ADDRESS_OUTSIDE_SUBNET",
    says: /10\.0\.0\.7 is no address that a host can have in 10\.0\.0\.0\/29/,
    attempt: refusedPort({ fixedIps: [fixedIp("10.0.0.7")] }),
  },
  {
    neutron: "InvalidIpForSubnet",
    when: "a port asks for an address of one subnet and names another",
    reason: "IP_ADDRESS_OUTSIDE_SUBNET",
    says: /192\.0\.2\.1 is no address that a host can have in 10\.0\.0\.0\/29/,
    async attempt(plane) {
      const { networkId, subnetId } = await withSubnet(plane);
      return asked(() => make(plane).port(networkId, { fixedIps: [fixedIp("192.0.2.1", subnetId)] }));
    },
  },
  {
    neutron: "SubnetNotFound",
    when: "a port asks for an address of a subnet in another network",
    reason: "NOT_FOUND",
    says: /network .*'s subnet .* does not exist/,
    async attempt(plane) {
      const { id } = await make(plane).network();
      const { subnetId } = await withSubnet(plane);
      return asked(() => make(plane).port(id, { fixedIps: [fixedIp("", subnetId)] }));
    },
  },
  {
    neutron: "InvalidInput",
    when: "a port has six fixed IPs",
    reason: "INVALID_FIELD",
    says: /at most 5 are accepted/,
    attempt: refusedPort({ fixedIps: Array.from({ length: 6 }, (_, i) => fixedIp(`10.0.0.${i + 1}`)) }),
  },
  {
    neutron: "InvalidInput",
    when: "a port names an address twice",
    reason: "INVALID_FIELD",
    says: /10\.0\.0\.4 is named twice/,
    attempt: refusedPort({ fixedIps: [fixedIp("10.0.0.4"), fixedIp("10.0.0.4")] }),
  },
  {
    neutron: "IpAddressGenerationFailure",
    when: "a port is made where no address is left",
    reason: "IP_ADDRESSES_EXHAUSTED",
    says: /has no free address in its allocation pools/,
    async attempt(plane) {
      const { networkId } = await withSubnet(plane);
      for (let i = 2; i <= 6; i++) await make(plane).port(networkId);
      return asked(() => make(plane).port(networkId));
    },
  },
  {
    neutron: "MacAddressInUse",
    when: "a port asks for a MAC address that another of its network has",
    reason: "MAC_ADDRESS_IN_USE",
    says: /fa:16:3e:00:00:01 is held by [0-9a-f-]{36} in this network/,
    async attempt(plane) {
      const { networkId } = await withSubnet(plane);
      const macAddress = "fa:16:3e:00:00:01";
      await make(plane).port(networkId, { macAddress });
      return asked(() => make(plane).port(networkId, { macAddress }));
    },
  },
  {
    neutron: "InvalidInput",
    when: "a port asks for a group's MAC address",
    reason: "INVALID_FIELD",
    says: /is a group address/,
    attempt: refusedPort({ macAddress: "01:00:5e:00:00:01" }),
  },
  {
    neutron: "InvalidInput",
    when: "a port asks for the MAC address of zeros",
    reason: "INVALID_FIELD",
    says: /none at all: no port can have it/,
    attempt: refusedPort({ macAddress: "00:00:00:00:00:00" }),
  },
];

export const portRows: readonly RefusalRow[] = [
  ...addressRows,
  {
    neutron: "PortNotFound",
    when: "a port that does not exist is read",
    reason: "NOT_FOUND",
    says: /port .* does not exist/,
    attempt: async (plane) => asked(() => plane.ports.getPort({ id: randomUUID(), ...read })),
  },
  {
    neutron: "NetworkNotFound",
    when: "a port is made in a network that does not exist",
    reason: "NOT_FOUND",
    says: /network .* does not exist/,
    attempt: async (plane) => asked(() => make(plane).port(randomUUID())),
  },
  {
    neutron: "ServicePortInUse",
    when: "a router's port is deleted by hand",
    reason: "PORT_OWNED_BY_DEVICE",
    says: /\(network:router_interface\): change that instead/,
    async attempt(plane) {
      const { router } = await make(plane).routed();
      const id = await interfacePort(plane, router.id);
      return asked(() => remove(plane, id));
    },
  },
  {
    neutron: "ServicePortInUse",
    when: "a floating IP's port is deleted by hand",
    reason: "PORT_OWNED_BY_DEVICE",
    says: /\(network:floatingip\): change that instead/,
    async attempt(plane) {
      const { external } = await make(plane).routed();
      const { id } = await make(plane).floatingIp(external.id);
      const portId = await portOf(plane, id);
      return asked(() => remove(plane, portId));
    },
  },
  {
    neutron: "UnsupportedPortDeviceOwner",
    when: "a router's port is given other addresses by hand",
    reason: "PORT_OWNED_BY_DEVICE",
    says: /change that instead/,
    async attempt(plane) {
      const { router } = await make(plane).routed();
      const id = await interfacePort(plane, router.id);
      return asked(() => update(plane, { id, fixedIps: [fixedIp("10.0.0.9")] }, "fixed_ips"));
    },
  },
  {
    neutron: "InvalidInput",
    when: "a caller makes a port that says it is a router's",
    reason: "INVALID_FIELD",
    says: /is for ports that routers, floating IPs and DHCP servers have/,
    attempt: refusedPort({ deviceOwner: "network:router_interface", deviceId: randomUUID() }),
  },
  {
    neutron: "PortBound",
    when: "a port's MAC address is changed",
    reason: "INVALID_FIELD",
    says: /mac_address/,
    async attempt(plane) {
      const { networkId } = await withSubnet(plane);
      const { id } = await make(plane).port(networkId);
      return asked(() => update(plane, { id, macAddress: "fa:16:3e:00:00:02" }, "mac_address"));
    },
  },
  {
    neutron: "InvalidInput",
    when: "a port is bound to a node that nobody knows",
    reason: "INVALID_FIELD",
    says: /no node is registered with the id or name "nowhere"/,
    attempt: refusedPort({ binding: { host: "nowhere" } as Port["binding"] }),
  },
];

async function interfacePort(plane: ControlPlane, routerId: string): Promise<string> {
  const { router } = await plane.routers.getRouter({ id: routerId, ...read });
  return router?.interfaces[0]?.portId ?? "";
}
