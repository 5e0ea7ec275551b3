import { EtagMismatch, NotFound } from "@rhumbline/event-sourcing";
import {
  eui64Address,
  formatIpAddress,
  hostRange,
  parseCidr,
  parseIpAddress,
  parseMac,
  rangeContains,
} from "@rhumbline/net";
import type {
  AllocateAddress,
  CreateSubnet,
  DeleteSubnet,
  ReleaseAddresses,
  SubnetCommand,
  UpdateSubnet,
} from "./commands.ts";
import { requireRoomForDhcp } from "./dhcp-room.ts";
import {
  AddressNotOfMac,
  GatewayIpInUse,
  IpAddressInUse,
  IpAddressOutsideSubnet,
  SubnetHasNoGateway,
  SubnetInUse,
} from "./errors.ts";
import type { SubnetEvent } from "./events.ts";
import { evolveSubnet } from "./evolve.ts";
import { freeAddress } from "./free-address.ts";
import { isAutoAddressed, requireIpv6Modes } from "./ipv6-modes.ts";
import { planAddresses } from "./plan-addresses.ts";
import { withSettings } from "./settings.ts";
import { type ActiveSubnet, ipsOf, type Subnet } from "./state.ts";
import { toWire } from "./wire.ts";

export function decideSubnet(command: SubnetCommand, subnet: Subnet): readonly SubnetEvent[] {
  switch (command.type) {
    case "CreateSubnet":
      return create(command, subnet);
    case "UpdateSubnet":
      return update(command, requireActive(subnet, command.id));
    case "DeleteSubnet":
      return remove(command, requireActive(subnet, command.id));
    case "AllocateAddress":
      return allocate(command, requireActive(subnet, command.subnetId));
    case "ReleaseAddresses":
      return release(command, subnet);
    default:
      return command satisfies never;
  }
}

/** Several commands, each decided on what those before it led to. */
export function decideInTurn(commands: readonly AllocateAddress[], subnet: Subnet): SubnetEvent[] {
  const decided: SubnetEvent[] = [];
  let present = subnet;
  for (const [i, command] of commands.entries()) {
    const events = decideSubnet(command, present);
    decided.push(...events);
    // What the last one leads to, nobody asks.
    if (i === commands.length - 1) break;
    present = events.reduce((s, event) => evolveSubnet(s, event, { revision: 0, timeMs: command.nowMs }), present);
  }
  return decided;
}

function create({ type: _, settings, ...subnet }: CreateSubnet, present: Subnet): SubnetEvent[] {
  if (present.status === "active") return [];
  requireRoomForDhcp(parseCidr(subnet.cidr), settings);
  const planned = planAddresses(parseCidr(subnet.cidr), subnet.cidr, settings);
  requireIpv6Modes(parseCidr(subnet.cidr), planned);
  return [{ type: "SubnetCreated", data: { subnet: toWire({ ...subnet, settings: planned }) } }];
}

function update({ id, settings, paths, etag }: UpdateSubnet, subnet: ActiveSubnet): SubnetEvent[] {
  requireEtag(etag, subnet);
  const wanted = withSettings(subnet.settings, settings, paths);
  const planned = planAddresses(parseCidr(subnet.cidr), subnet.cidr, wanted);
  const changed = paths.filter((path) => differs(path, subnet, planned));
  if (changed.length === 0) return [];
  if (changed.includes("enable_dhcp")) {
    requireIpv6Modes(parseCidr(subnet.cidr), planned);
    requireRoomForDhcp(parseCidr(subnet.cidr), planned);
    if (planned.enableDhcp) requireRoomForServer({ ...subnet, settings: planned });
  }
  if (planned.gatewayIp !== subnet.settings.gatewayIp) requireGatewayFree(subnet);
  return [{ type: "SubnetUpdated", data: { subnetId: id, subnet: toWire({ ...subnet, settings: planned }), changed } }];
}

/** A DHCP server needs an address of its own. One that rests will be free in time. */
function requireRoomForServer(subnet: ActiveSubnet): void {
  if (!isAutoAddressed(subnet.settings) && subnet.yieldingIps.size === 0) freeAddress(subnet, Number.MAX_VALUE, 0);
}

/** A router that serves as the gateway goes on doing so: neutron/db/ipam_backend_mixin.py, validate_gw_out_of_pools. */
function requireGatewayFree({ id, settings: { gatewayIp }, ownerByIp }: ActiveSubnet): void {
  const ownerId = ownerByIp.get(gatewayIp);
  if (ownerId !== undefined) throw new GatewayIpInUse(id, gatewayIp, ownerId);
}

function differs(
  path: UpdateSubnet["paths"][number],
  { settings }: ActiveSubnet,
  planned: ActiveSubnet["settings"],
): boolean {
  const now = withSettings(settings, planned, [path]);
  return JSON.stringify(now) !== JSON.stringify(settings);
}

function remove({ id, etag }: DeleteSubnet, subnet: ActiveSubnet): SubnetEvent[] {
  requireEtag(etag, subnet);
  const yielding = [...subnet.yieldingIps.entries()].map(([ip]) => ip);
  const keeping = subnet.ownerByIp.entries().filter(([ip]) => !subnet.yieldingIps.has(ip));
  if (keeping.length > 0) throw new SubnetInUse(id, [...new Set(keeping.map(([, owner]) => owner))]);
  const released = yielding.map((ip) => addressReleased(subnet, subnet.ownerByIp.get(ip) ?? "", ip));
  return [...released, { type: "SubnetDeleted", data: { subnetId: id, networkId: subnet.networkId } }];
}

function allocate(command: AllocateAddress, subnet: ActiveSubnet): SubnetEvent[] {
  const { ownerId, nowMs, reuseDelayMs, yieldsToSubnetDeletion } = command;
  const wanted = wantedAddress(command, subnet);
  const held = ipsOf(subnet, ownerId);
  // Asked twice: what the owner has is what it gets.
  if (wanted === undefined ? held.length >= command.atLeast : held.includes(wanted)) return [];
  if (wanted !== undefined) requireFree(wanted, subnet);
  const ipAddress = wanted ?? freeAddress(subnet, nowMs, reuseDelayMs);
  const { id: subnetId, networkId: scopeId } = subnet;
  return [{ type: "AddressAllocated", data: { subnetId, scopeId, ownerId, ipAddress, yieldsToSubnetDeletion } }];
}

/** Where instances make their own addresses, none but that can be had; the gateway's is a router's, which makes none.
 *  @returns undefined: any free one. */
function wantedAddress({ wanted, macAddress }: AllocateAddress, subnet: ActiveSubnet): string | undefined {
  if (wanted === "gateway") return requireGateway(subnet);
  if (!isAutoAddressed(subnet.settings) || macAddress === undefined) return wanted;
  const ofMac = formatIpAddress(eui64Address(parseCidr(subnet.cidr), parseMac(macAddress)));
  if (wanted === undefined || wanted === ofMac || wanted === subnet.settings.gatewayIp) return wanted ?? ofMac;
  throw new AddressNotOfMac(subnet.id, wanted, ofMac);
}

function requireFree(ip: string, subnet: ActiveSubnet): void {
  if (!rangeContains(hostRange(parseCidr(subnet.cidr)), parseIpAddress(ip))) {
    throw new IpAddressOutsideSubnet("ip_address", ip, subnet.cidr);
  }
  const heldBy = subnet.ownerByIp.get(ip);
  if (heldBy !== undefined) throw new IpAddressInUse(ip, heldBy);
}

function requireGateway(subnet: ActiveSubnet): string {
  if (subnet.settings.gatewayIp === "") throw new SubnetHasNoGateway(subnet.id);
  return subnet.settings.gatewayIp;
}

function release({ ownerId, ipAddresses }: ReleaseAddresses, subnet: Subnet): SubnetEvent[] {
  if (subnet.status === "absent") return [];
  const held = ipsOf(subnet, ownerId);
  return held
    .filter((ip) => ipAddresses?.includes(ip) ?? true)
    .map((ipAddress) => addressReleased(subnet, ownerId, ipAddress));
}

const addressReleased = (
  { id: subnetId, networkId: scopeId }: ActiveSubnet,
  ownerId: string,
  ipAddress: string,
): SubnetEvent => ({ type: "AddressReleased", data: { subnetId, scopeId, ownerId, ipAddress } });

function requireActive(subnet: Subnet, id: string): ActiveSubnet {
  if (subnet.status === "absent") throw new NotFound("subnet", id);
  return subnet;
}

function requireEtag(etag: string, subnet: ActiveSubnet): void {
  if (etag !== "" && etag !== subnet.etag) throw new EtagMismatch("subnet", subnet.id, etag, subnet.etag);
}
