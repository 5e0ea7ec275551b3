import type { FieldChecks } from "@rhumbline/grpc";

const label = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";
const dnsName = new RegExp(`^${label}(\\.${label})*$`);
const maxLength = 253;

/** A host name or domain (RFC 1123 §2.1), which DNS reads in any case: in lower case, as Neutron keeps it. Empty: none.
 *  @param example of a name that is accepted. */
export function parseDnsName(checks: FieldChecks, field: string, given: string, example: string): string {
  const name = given.toLowerCase();
  const accepted = name === "" || (name.length <= maxLength && dnsName.test(name));
  const rule = `must be a name like ${example}: labels of letters, digits and hyphens between dots`;
  checks.require(field, accepted, `${rule}, each of 63 characters at most and ${maxLength} in all`);
  return name;
}

/** Neutron's clients write a domain with the dot of the root behind it, and it means the same. */
export const parseDnsDomain = (checks: FieldChecks, field: string, given: string): string =>
  parseDnsName(checks, field, given.replace(/(?<=.)\.$/, ""), '"shop.example.org"');
