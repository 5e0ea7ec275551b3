import { type FieldChecks, fieldChecks, isUuid, sees } from "@rhumbline/grpc";
import { type Cidr, formatCidr, formatIpAddress, ipRange, parseCidr, parseIpAddress } from "@rhumbline/net";
import type { Subnet as WireSubnet } from "@rhumbline/proto/rhumbline/ipam/v1/subnet";
import type { CreateSubnetRequest } from "@rhumbline/proto/rhumbline/ipam/v1/subnet_service";
import type { MutationCall } from "@rhumbline/service";
import { defaultPoolOf, type IpamState } from "../read-model/state.ts";
import type { CreateSubnet } from "../subnet/commands.ts";
import { type SubnetSettings, settingsOf } from "../subnet/settings.ts";
import { specialIn } from "../subnet/special-cidrs.ts";
import type { AllocatePrefix } from "../subnet-pool/commands.ts";
import { NoDefaultSubnetPool } from "../subnet-pool/errors.ts";
import { permittedSubnetPool } from "./permitted.ts";

/** As Neutron's max_dns_nameservers and max_subnet_host_routes. */
const maxNameservers = 5;
const maxHostRoutes = 20;
const maxTags = 50;

/** Where a subnet's CIDR comes from: the caller, or a subnet pool. */
type CidrWish =
  | { readonly cidr: Cidr; readonly subnetPoolId: "" }
  | { readonly subnetPoolId: string; readonly wanted: AllocatePrefix["wanted"] };

export interface NewSubnet {
  /** Its CIDR is still to be had. */
  readonly subnet: Omit<CreateSubnet, "cidr">;
  readonly cidrWish: CidrWish;
}

/** @throws {InvalidFields} with every field that is wrong. @throws {NotFound} {Forbidden} {NoDefaultSubnetPool} */
export function parseCreateSubnet(request: CreateSubnetRequest, call: MutationCall, state: IpamState): NewSubnet {
  const { subnet } = request;
  const checks = fieldChecks();
  checks.require("subnet", subnet !== undefined, "is required");
  checks.done();
  if (subnet === undefined) throw new TypeError("checked field is absent");
  checks.uuid("subnet.network_id", subnet.networkId);
  checks.text("subnet.project_id", subnet.projectId);
  checks.require("subnet.id", subnet.id === "", "is made by the service: leave it empty");
  const subnetPoolId = poolNamed(checks, request, subnet, { call, state });
  const pool = subnetPoolId === "" ? undefined : state.subnetPools.get(subnetPoolId)?.pool;
  const given =
    subnet.cidr === "" && subnetPoolId !== "" ? undefined : checks.parse("subnet.cidr", subnet.cidr, parseCidr);
  if (given !== undefined) {
    const special = specialIn(given);
    checks.require("subnet.cidr", special === undefined, `${subnet.cidr} has ${special}; choose another`);
  }
  if (subnetPoolId !== "" && subnet.cidr === "") checkWithoutCidr(checks, subnet);
  checkSettings(checks, subnet, given?.network.family ?? (pool?.ipVersion === 6 ? 6 : 4));
  checks.done();
  const cidrWish: CidrWish =
    given !== undefined && subnetPoolId === ""
      ? { cidr: given, subnetPoolId }
      : { subnetPoolId, wanted: given ?? { prefixLength: request.prefixLength || undefined } };
  const { networkId } = subnet;
  const id = call.newId("subnet");
  const projectId = subnet.projectId || call.caller.projectId;
  const settings = canonicalSettings(settingsOf(subnet));
  return { subnet: { type: "CreateSubnet", id, projectId, networkId, subnetPoolId, settings }, cidrWish };
}

/** @returns empty: none. */
function poolNamed(
  checks: FieldChecks,
  { prefixLength, defaultPoolIpVersion }: CreateSubnetRequest,
  { cidr, subnetPoolId }: WireSubnet,
  { call, state }: { call: MutationCall; state: IpamState },
): string {
  checks.uuid("subnet.subnet_pool_id", subnetPoolId, { optional: true });
  const alone = prefixLength === 0 || (cidr === "" && (subnetPoolId !== "" || defaultPoolIpVersion !== 0));
  checks.require("prefix_length", alone, "needs a subnet pool, and excludes a CIDR");
  const isVersion = defaultPoolIpVersion === 4 || defaultPoolIpVersion === 6;
  const usesDefault = cidr === "" && subnetPoolId === "" && isVersion;
  const field = "default_pool_ip_version";
  checks.require(field, usesDefault || defaultPoolIpVersion === 0, "is 4 or 6, and excludes a CIDR and a subnet pool");
  if (!usesDefault) {
    if (isUuid(subnetPoolId)) permittedSubnetPool(state, call, subnetPoolId, "subnet.subnet_pool_id");
    return subnetPoolId;
  }
  const pool = state.subnetPools.get(defaultPoolOf(state, defaultPoolIpVersion) ?? "");
  if (pool === undefined || !sees(call.caller, "subnet pool", pool.pool))
    throw new NoDefaultSubnetPool(defaultPoolIpVersion);
  return pool.id;
}

/** Neutron asks the same: neutron/db/ipam_backend_mixin.py, allocate_subnet. */
function checkWithoutCidr(checks: FieldChecks, { gatewayIp, noGateway, allocationPools }: WireSubnet): void {
  checks.require("subnet.gateway_ip", gatewayIp === "" || noGateway, "needs a CIDR beside it");
  checks.require("subnet.allocation_pools", allocationPools.length === 0, "need a CIDR beside them");
}

/** Reads the settings of an UpdateSubnetRequest's subnet, whose CIDR is the present one.
 *  @throws {InvalidFields} */
export function parseSettings(subnet: WireSubnet, cidr: Cidr): SubnetSettings {
  const checks = fieldChecks();
  checkSettings(checks, subnet, cidr.network.family);
  checks.done();
  return canonicalSettings(settingsOf(subnet));
}

function checkSettings(checks: FieldChecks, subnet: WireSubnet, family: 4 | 6): void {
  const address = (field: string, text: string): void => {
    const parsed = checks.parse(field, text, parseIpAddress);
    if (parsed) checks.require(field, parsed.family === family, `${text} is not IPv${family} as the subnet is`);
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
    const destination = checks.parse(`subnet.host_routes[${i}].destination`, route.destination, parseCidr);
    const oneVersion = destination === undefined || destination.network.family === family;
    checks.require(`subnet.host_routes[${i}].destination`, oneVersion, `is not IPv${family} as the subnet is`);
    address(`subnet.host_routes[${i}].next_hop`, route.nextHop);
  }
  const atMost = (field: string, list: readonly unknown[], max: number): void =>
    checks.require(`subnet.${field}`, list.length <= max, `at most ${max} are accepted`);
  atMost("dns_nameservers", subnet.dnsNameservers, maxNameservers);
  atMost("host_routes", subnet.hostRoutes, maxHostRoutes);
  atMost("tags", subnet.tags, maxTags);
  for (const [i, tag] of subnet.tags.entries()) checks.text(`subnet.tags[${i}]`, tag, 60);
  refuseRepeats(checks, "subnet.dns_nameservers", subnet.dnsNameservers);
  refuseRepeats(
    checks,
    "subnet.host_routes",
    subnet.hostRoutes.map(({ destination, nextHop }) => `${destination} via ${nextHop}`),
  );
}

/** A list that says something twice was meant to say something else. */
function refuseRepeats(checks: FieldChecks, field: string, texts: readonly string[]): void {
  for (const [i, text] of texts.entries())
    checks.require(`${field}[${i}]`, texts.indexOf(text) === i, `${text} is given twice`);
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
