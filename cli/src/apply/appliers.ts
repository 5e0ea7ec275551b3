import { parseCidr } from "@rhumbline/net";
import { Subnet } from "@rhumbline/proto/rhumbline/ipam/v1/subnet";
import { SubnetPool } from "@rhumbline/proto/rhumbline/ipam/v1/subnet_pool_service";
import { CreateSubnetRequest } from "@rhumbline/proto/rhumbline/ipam/v1/subnet_service";
import { AddressGroup } from "@rhumbline/proto/rhumbline/topology/v1/address_group";
import { FloatingIp } from "@rhumbline/proto/rhumbline/topology/v1/floating_ip";
import { Network } from "@rhumbline/proto/rhumbline/topology/v1/network";
import { Port } from "@rhumbline/proto/rhumbline/topology/v1/port";
import { PortForwarding } from "@rhumbline/proto/rhumbline/topology/v1/port_forwarding";
import { Router } from "@rhumbline/proto/rhumbline/topology/v1/router";
import { SecurityGroup } from "@rhumbline/proto/rhumbline/topology/v1/security_group";
import { addressGroupResource } from "../commands/address-group.ts";
import { floatingIpResource } from "../commands/floating-ip.ts";
import { networkResource } from "../commands/network.ts";
import { portResource } from "../commands/port.ts";
import { portForwardingResource } from "../commands/port-forwarding.ts";
import { routerResource } from "../commands/router-resource.ts";
import { securityGroupResource } from "../commands/security-group-resource.ts";
import { subnetResource } from "../commands/subnet.ts";
import { subnetPoolResource } from "../commands/subnet-pool.ts";
import type { MutationFields } from "../resource/mutation.ts";
import type { Resource } from "../resource/resource.ts";
import type { Session } from "../session/session.ts";
import type { Kind } from "../topology-file/wanted.ts";
import type { JsonRecord } from "./json.ts";

/** What a write answers. */
export interface Written {
  readonly id: string;
  readonly position: number;
}

/** How resources of one kind are made and changed from their JSON. */
export interface Applier {
  readonly resource: Resource<unknown>;
  /** What of a present one is compared with the file, where that is more than its own JSON. */
  compared?(json: JsonRecord): JsonRecord;
  create(session: Session, json: JsonRecord, fields: MutationFields): Promise<Written>;
  /** @param changes what the mask names. */
  update(session: Session, changes: JsonRecord, update: Update): Promise<Written>;
}

interface Update extends MutationFields {
  readonly updateMask: string[];
  readonly etag: string;
}

const written = (item: { readonly id: string } | undefined, position: number): Written => ({
  id: item?.id ?? "",
  position,
});

export const appliers: Readonly<Record<Kind, Applier>> = {
  subnetpool: {
    resource: subnetPoolResource,
    async create({ subnetPools }, json, fields) {
      const subnetPool = SubnetPool.fromJSON(json);
      const answer = await subnetPools.createSubnetPool({ subnetPool, ...fields });
      return written(answer.subnetPool, answer.position);
    },
    async update({ subnetPools }, changes, update) {
      const subnetPool = SubnetPool.fromJSON(changes);
      const answer = await subnetPools.updateSubnetPool({ subnetPool, ...update });
      return written(answer.subnetPool, answer.position);
    },
  },
  network: {
    resource: networkResource,
    async create({ networks }, json, fields) {
      const { network, position } = await networks.createNetwork({ network: Network.fromJSON(json), ...fields });
      return written(network, position);
    },
    async update({ networks }, changes, update) {
      const { network, position } = await networks.updateNetwork({ network: Network.fromJSON(changes), ...update });
      return written(network, position);
    },
  },
  subnet: {
    resource: subnetResource,
    compared: (json) => ({ ...json, ...carvedFrom(json) }),
    async create({ subnets }, { prefixLength, defaultPoolIpVersion, ...json }, fields) {
      const asked = {
        prefixLength: Number(prefixLength ?? 0),
        defaultPoolIpVersion: Number(defaultPoolIpVersion ?? 0),
      };
      const { subnet, position } = await subnets.createSubnet(
        CreateSubnetRequest.fromPartial({ subnet: Subnet.fromJSON(json), ...asked, ...fields }),
      );
      return written(subnet, position);
    },
    async update({ subnets }, changes, update) {
      const { subnet, position } = await subnets.updateSubnet({ subnet: Subnet.fromJSON(changes), ...update });
      return written(subnet, position);
    },
  },
  port: {
    resource: portResource,
    async create({ ports }, json, fields) {
      const { port, position } = await ports.createPort({ port: Port.fromJSON(json), ...fields });
      return written(port, position);
    },
    async update({ ports }, changes, update) {
      const { port, position } = await ports.updatePort({ port: Port.fromJSON(changes), ...update });
      return written(port, position);
    },
  },
  "address-group": {
    resource: addressGroupResource,
    async create({ addressGroups }, json, fields) {
      const addressGroup = AddressGroup.fromJSON(json);
      const answer = await addressGroups.createAddressGroup({ addressGroup, ...fields });
      return written(answer.addressGroup, answer.position);
    },
    async update({ addressGroups }, changes, update) {
      const addressGroup = AddressGroup.fromJSON(changes);
      const answer = await addressGroups.updateAddressGroup({ addressGroup, ...update });
      return written(answer.addressGroup, answer.position);
    },
  },
  "security-group": {
    resource: securityGroupResource,
    async create({ securityGroups }, json, fields) {
      const securityGroup = SecurityGroup.fromJSON(json);
      const answer = await securityGroups.createSecurityGroup({ securityGroup, ...fields });
      return written(answer.securityGroup, answer.position);
    },
    async update({ securityGroups }, changes, update) {
      const securityGroup = SecurityGroup.fromJSON(changes);
      const answer = await securityGroups.updateSecurityGroup({ securityGroup, ...update });
      return written(answer.securityGroup, answer.position);
    },
  },
  router: {
    resource: routerResource,
    async create({ routers }, json, fields) {
      const { router, position } = await routers.createRouter({ router: Router.fromJSON(json), ...fields });
      return written(router, position);
    },
    async update({ routers }, changes, update) {
      const { router, position } = await routers.updateRouter({ router: Router.fromJSON(changes), ...update });
      return written(router, position);
    },
  },
  floatingip: {
    resource: floatingIpResource,
    async create({ floatingIps }, json, fields) {
      const floatingIp = FloatingIp.fromJSON(json);
      const answer = await floatingIps.createFloatingIp({ floatingIp, ...fields });
      return written(answer.floatingIp, answer.position);
    },
    async update({ floatingIps }, changes, update) {
      const floatingIp = FloatingIp.fromJSON(changes);
      const answer = await floatingIps.updateFloatingIp({ floatingIp, ...update });
      return written(answer.floatingIp, answer.position);
    },
  },
  "port-forwarding": {
    resource: portForwardingResource,
    async create({ portForwardings }, json, fields) {
      const portForwarding = PortForwarding.fromJSON(json);
      const answer = await portForwardings.createPortForwarding({ portForwarding, ...fields });
      return written(answer.portForwarding, answer.position);
    },
    async update({ portForwardings }, changes, update) {
      const portForwarding = PortForwarding.fromJSON(changes);
      const answer = await portForwardings.updatePortForwarding({ portForwarding, ...update });
      return written(answer.portForwarding, answer.position);
    },
  },
};

/** What a subnet of a pool was asked for by. The default pool may be another by now: whatever pool it is of counts as the
 *  one that was. */
function carvedFrom({ cidr, subnetPoolId }: JsonRecord): JsonRecord {
  const { network, prefixLength } = parseCidr(String(cidr));
  const ofPool = subnetPoolId !== undefined && subnetPoolId !== "";
  return { prefixLength, ...(ofPool && { defaultPoolIpVersion: network.family }) };
}
