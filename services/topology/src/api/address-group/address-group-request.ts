import { type FieldChecks, fieldChecks } from "@rhumbline/grpc";
import { formatCidr } from "@rhumbline/net";
import type { AddressGroup } from "@rhumbline/proto/rhumbline/topology/v1/address_group";
import { checkDescribed, checkNew, noStamps, requireGiven } from "../request-fields.ts";
import { parsePrefix } from "../security-group/prefix.ts";

/** A node gets all addresses as one value, which must stay under 64 KiB. */
const maxAddresses = 1000;

/** @throws {InvalidFields} */
export function parseNewAddressGroup(given: AddressGroup | undefined, callerProject: string): AddressGroup {
  const group = requireGiven("address_group", given);
  const checks = fieldChecks();
  checkNew(checks, "address_group", group);
  const addresses = parseAddresses(checks, group);
  checks.done();
  return { ...group, projectId: group.projectId || callerProject, addresses, ...noStamps };
}

/** The new values of an update.
 *  @throws {InvalidFields} */
export function parseAddressGroupValues(given: AddressGroup, { id, projectId }: AddressGroup): AddressGroup {
  const checks = fieldChecks();
  checkDescribed(checks, "address_group", given);
  const addresses = parseAddresses(checks, given);
  checks.done();
  return { ...given, id, projectId, addresses, ...noStamps };
}

function parseAddresses(checks: FieldChecks, { addresses }: AddressGroup): string[] {
  checks.require("address_group.addresses", addresses.length <= maxAddresses, `at most ${maxAddresses} are accepted`);
  const parsed = addresses.flatMap((text, i) => {
    const cidr = checks.parse(`address_group.addresses[${i}]`, text, parsePrefix);
    return cidr === undefined ? [] : [formatCidr(cidr)];
  });
  return [...new Set(parsed)];
}
