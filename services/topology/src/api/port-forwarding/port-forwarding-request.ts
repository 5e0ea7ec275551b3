import { type FieldChecks, fieldChecks } from "@rhumbline/grpc";
import { formatIpAddress, parseIpAddress } from "@rhumbline/net";
import {
  type PortForwarding,
  PortForwardingProtocol,
  PortForwardingStatus,
  type PortRange,
} from "@rhumbline/proto/rhumbline/topology/v1/port_forwarding";
import {
  type PortForwardingField,
  portForwardingFields,
  type PortForwarding as StoredPortForwarding,
} from "../../port-forwarding/state.ts";
import { withFields } from "../../resource/fields.ts";
import type { AssociationWish } from "../floating-ip/floating-ip-request.ts";
import { noStamps, requireGiven } from "../request-fields.ts";

const lastPort = 65_535;

/** Without id, project and router, and with the address only where it is named.
 *  @throws {InvalidFields} */
export function parseNewPortForwarding(given: PortForwarding | undefined): PortForwarding {
  const portForwarding = requireGiven("port_forwarding", given);
  const checks = fieldChecks();
  checks.require("port_forwarding.id", portForwarding.id === "", "is made by the service: leave it empty");
  checks.uuid("port_forwarding.floating_ip_id", portForwarding.floatingIpId);
  const parsed = parseValues(checks, portForwarding);
  checks.done();
  return parsed;
}

/** All values as they are to be after an update of the fields.
 *  @throws {InvalidFields} */
export function parseUpdatedPortForwarding(
  given: PortForwarding,
  present: StoredPortForwarding,
  fields: readonly PortForwardingField[],
): PortForwarding {
  const checks = fieldChecks();
  const updated = withFields<PortForwarding>(present, given, fields, portForwardingFields);
  // Another port has another address, unless one is named.
  const otherPort = fields.includes("internal_port_id") && !fields.includes("internal_ip_address");
  const samePort = given.internalPortId === present.internalPortId;
  const parsed = parseValues(checks, otherPort && !samePort ? { ...updated, internalIpAddress: "" } : updated);
  checks.done();
  return { ...parsed, id: present.id, projectId: present.projectId };
}

export const fixedIpWish = ({ internalPortId, internalIpAddress }: PortForwarding): AssociationWish => ({
  portId: internalPortId,
  fixedIpAddress: internalIpAddress,
  portField: "port_forwarding.internal_port_id",
  addressField: "port_forwarding.internal_ip_address",
});

function parseValues(checks: FieldChecks, given: PortForwarding): PortForwarding {
  checks.text("port_forwarding.description", given.description);
  checks.uuid("port_forwarding.internal_port_id", given.internalPortId);
  const known = given.protocol === PortForwardingProtocol.TCP || given.protocol === PortForwardingProtocol.UDP;
  checks.require("port_forwarding.protocol", known, "must be TCP or UDP");
  const text = given.internalIpAddress;
  const address = text === "" ? undefined : checks.parse("port_forwarding.internal_ip_address", text, parseIpAddress);
  const externalPorts = parsePorts(checks, "port_forwarding.external_ports", given.externalPorts);
  const internal = given.internalPorts ?? given.externalPorts;
  const internalPorts = parsePorts(checks, "port_forwarding.internal_ports", internal);
  checkCounts(checks, externalPorts, internalPorts);
  return {
    ...given,
    externalPorts,
    internalPorts,
    internalIpAddress: address ? formatIpAddress(address) : "",
    id: "",
    projectId: "",
    routerId: "",
    status: PortForwardingStatus.UNSPECIFIED,
    ...noStamps,
  };
}

function parsePorts(checks: FieldChecks, field: string, ports: PortRange | undefined): PortRange {
  const first = ports?.first ?? 0;
  const last = ports?.last || first;
  checks.require(
    `${field}.first`,
    first >= 1 && first <= lastPort,
    `${first} is no port; accepted are 1 to ${lastPort}`,
  );
  const ordered = last >= first && last <= lastPort;
  checks.require(`${field}.last`, ordered, `${last} is not accepted: ${first} to ${lastPort} are, or 0 for one port`);
  return { first, last };
}

/** As in Neutron: a range leads to one of the same length, or to a single port. */
function checkCounts(checks: FieldChecks, external: PortRange, internal: PortRange): void {
  const [wanted, has] = [external.last - external.first + 1, internal.last - internal.first + 1];
  checks.require(
    "port_forwarding.internal_ports",
    has === 1 || has === wanted,
    `${has} ports; accepted are ${wanted}, as many as the external ones, or 1`,
  );
}
