import { type FieldChecks, fieldChecks } from "@rhumbline/grpc";
import { type Cidr, formatCidr, formatIpAddress, ipRange, parseCidr, parseIpAddress } from "@rhumbline/net";
import type { Subnet as WireSubnet } from "@rhumbline/proto/rhumbline/ipam/v1/subnet";
import type { CreateSubnet } from "../subnet/commands.ts";
import { type SubnetSettings, settingsOf } from "../subnet/settings.ts";

/** Reads a CreateSubnetRequest's subnet.
 *  @throws {InvalidFields} with every field that is wrong. */
export function parseCreateSubnet(subnet: WireSubnet | undefined, id: string, callerProject: string): CreateSubnet {
  const checks = fieldChecks();
  checks.require("subnet", subnet !== undefined, "is required");
  const cidr = subnet && checks.parse("subnet.cidr", subnet.cidr, parseCidr);
  if (subnet !== undefined) {
    checks.uuid("subnet.network_id", subnet.networkId);
    checks.text("subnet.project_id", subnet.projectId);
    checks.require("subnet.id", subnet.id === "", "is made by the service: leave it empty");
    checks.require(
      "subnet.subnet_pool_id",
      subnet.subnetPoolId === "",
      "subnet pools are not built yet: leave it empty",
    );
    checkSettings(checks, subnet, cidr);
  }
  checks.done();
  if (subnet === undefined || cidr === undefined) throw new TypeError("checked fields are absent");
  return {
    type: "CreateSubnet",
    id,
    projectId: subnet.projectId || callerProject,
    networkId: subnet.networkId,
    cidr: formatCidr(cidr),
    settings: canonicalSettings(settingsOf(subnet)),
  };
}

/** Reads the settings of an UpdateSubnetRequest's subnet, whose CIDR is the present one.
 *  @throws {InvalidFields} */
export function parseSettings(subnet: WireSubnet, cidr: Cidr): SubnetSettings {
  const checks = fieldChecks();
  checkSettings(checks, subnet, cidr);
  checks.done();
  return canonicalSettings(settingsOf(subnet));
}

function checkSettings(checks: FieldChecks, subnet: WireSubnet, cidr: Cidr | undefined): void {
  const address = (field: string, text: string): void => {
    const parsed = checks.parse(field, text, parseIpAddress);
    const family = cidr?.network.family;
    if (parsed && family)
      checks.require(field, parsed.family === family, `${text} is not IPv${family} as the subnet is`);
  };
  checks.text("subnet.name", subnet.name);
  checks.text("subnet.description", subnet.description);
  if (subnet.gatewayIp !== "" && !subnet.noGateway) address("subnet.gateway_ip", subnet.gatewayIp);
  for (const [i, { first, last }] of subnet.allocationPools.entries()) {
    const field = `subnet.allocation_pools[${i}]`;
    address(`${field}.first`, first);
    address(`${field}.last`, last);
    checks.parse(field, "", () => tryRange(first, last));
  }
  for (const [i, server] of subnet.dnsNameservers.entries()) address(`subnet.dns_nameservers[${i}]`, server);
  for (const [i, route] of subnet.hostRoutes.entries()) {
    checks.parse(`subnet.host_routes[${i}].destination`, route.destination, parseCidr);
    address(`subnet.host_routes[${i}].next_hop`, route.nextHop);
  }
  for (const [i, tag] of subnet.tags.entries()) checks.text(`subnet.tags[${i}]`, tag, 60);
}

/** Its ends are checked by themselves: here only their order. */
function tryRange(first: string, last: string): void {
  try {
    parseIpAddress(first);
    parseIpAddress(last);
  } catch {
    return;
  }
  ipRange(parseIpAddress(first), parseIpAddress(last));
}

const canonical = (text: string): string => formatIpAddress(parseIpAddress(text));

function canonicalSettings(settings: SubnetSettings): SubnetSettings {
  return {
    ...settings,
    gatewayIp: settings.gatewayIp === "" || settings.noGateway ? "" : canonical(settings.gatewayIp),
    allocationPools: settings.allocationPools.map(({ first, last }) => ({
      first: canonical(first),
      last: canonical(last),
    })),
    dnsNameservers: settings.dnsNameservers.map(canonical),
    hostRoutes: settings.hostRoutes.map(({ destination, nextHop }) => ({
      destination: formatCidr(parseCidr(destination)),
      nextHop: canonical(nextHop),
    })),
  };
}
