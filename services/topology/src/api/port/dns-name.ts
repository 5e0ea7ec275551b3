import type { FieldChecks } from "@rhumbline/grpc";
import type { Port } from "@rhumbline/proto/rhumbline/topology/v1/port";

const label = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";
const dnsName = new RegExp(`^${label}(\\.${label})*$`);
const maxLength = 253;

/** A host name (RFC 1123 §2.1), which DNS reads in any case: in lower case, as Neutron keeps it. Empty: none. */
export function parseDnsName(checks: FieldChecks, port: Pick<Port, "dnsName">): string {
  const name = port.dnsName.toLowerCase();
  const accepted = name === "" || (name.length <= maxLength && dnsName.test(name));
  const rule = 'must be a host name like "web1" or "web1.shop": labels of letters, digits and hyphens between dots';
  checks.require("port.dns_name", accepted, `${rule}, each of 63 characters at most and ${maxLength} in all`);
  return name;
}
