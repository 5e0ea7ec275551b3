import { fieldChecks } from "@rhumbline/grpc";
import { formatIpAddress, formatMac, isUnicastMac, parseIpAddress, parseMac } from "@rhumbline/net";
import type { AllocateRequest, ReleaseRequest } from "@rhumbline/proto/rhumbline/ipam/v1/allocation_service";
import type { AddressWish, AllocationWish } from "./allocator.ts";

export function parseScope<R extends { scopeId: string }>(request: R): R {
  const checks = fieldChecks();
  checks.uuid("scope_id", request.scopeId);
  checks.done();
  return request;
}

function parseOwner<R extends { scopeId: string; ownerId: string }>(request: R): R {
  const checks = fieldChecks();
  checks.uuid("scope_id", request.scopeId);
  checks.uuid("owner_id", request.ownerId);
  checks.done();
  return request;
}

/** @throws {InvalidFields} */
export function parseRelease(request: ReleaseRequest) {
  parseOwner(request);
  const checks = fieldChecks();
  const addresses = request.addresses.map(({ subnetId, ipAddress }, i) => {
    checks.uuid(`addresses[${i}].subnet_id`, subnetId);
    const address = checks.parse(`addresses[${i}].ip_address`, ipAddress, parseIpAddress);
    return { subnetId, ipAddress: address ? formatIpAddress(address) : "" };
  });
  checks.done();
  return { scopeId: request.scopeId, ownerId: request.ownerId, addresses };
}

/** @throws {InvalidFields} */
export function parseAllocate(request: AllocateRequest): AllocationWish {
  const checks = fieldChecks();
  checks.uuid("scope_id", request.scopeId);
  checks.uuid("owner_id", request.ownerId);
  const mac = request.macAddress === "" ? undefined : checks.parse("mac_address", request.macAddress, parseMac);
  if (mac)
    checks.require(
      "mac_address",
      isUnicastMac(mac),
      `${request.macAddress} is a group address or none at all: no port can have it`,
    );
  checks.require("addresses", !request.macOnly || request.addresses.length === 0, "must be empty with mac_only");
  const addresses = request.addresses.map(({ subnetId, ipAddress, gateway }, i): AddressWish => {
    const field = `addresses[${i}]`;
    checks.uuid(`${field}.subnet_id`, subnetId, { optional: ipAddress !== "" });
    const parsed = ipAddress === "" ? undefined : checks.parse(`${field}.ip_address`, ipAddress, parseIpAddress);
    checks.require(`${field}.gateway`, !gateway || ipAddress === "", "excludes ip_address");
    return { subnetId: subnetId || undefined, wanted: gateway ? "gateway" : parsed && formatIpAddress(parsed) };
  });
  checks.done();
  return {
    scopeId: request.scopeId,
    ownerId: request.ownerId,
    macAddress: mac && formatMac(mac),
    addresses: request.macOnly || addresses.length > 0 ? addresses : "one of each IP version",
    yieldsToSubnetDeletion: request.yieldsToSubnetDeletion,
  };
}
