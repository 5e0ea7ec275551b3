import { InvalidFields } from "@rhumbline/event-sourcing";
import { fieldChecks } from "@rhumbline/grpc";
import { formatIpAddress, parseIpAddress } from "@rhumbline/net";
import { type FloatingIp, FloatingIpStatus } from "@rhumbline/proto/rhumbline/topology/v1/floating_ip";
import type { Port } from "@rhumbline/proto/rhumbline/topology/v1/port";
import { isIpv4Address } from "../../read-model/lookups.ts";
import { checkDescribed, checkNew, noStamps, requireGiven } from "../request-fields.ts";

/** Which fixed IP a floating IP, or some of its ports, is to stand for. */
export interface AssociationWish {
  readonly portId: string;
  /** Empty: the port's only IPv4 address. */
  readonly fixedIpAddress: string;
  /** The request's fields that name the two. */
  readonly portField: "floating_ip.port_id" | "port_forwarding.internal_port_id";
  readonly addressField: string;
}

export interface NewFloatingIp {
  /** Without id, address and port where they are left open, and without association. */
  readonly floatingIp: FloatingIp;
  readonly association: AssociationWish | undefined;
}

/** @throws {InvalidFields} */
export function parseNewFloatingIp(given: FloatingIp | undefined, callerProject: string): NewFloatingIp {
  const floatingIp = requireGiven("floating_ip", given);
  const checks = fieldChecks();
  checkNew(checks, "floating_ip", floatingIp);
  checks.uuid("floating_ip.floating_network_id", floatingIp.floatingNetworkId);
  const addressField = "floating_ip.floating_ip_address";
  const text = floatingIp.floatingIpAddress;
  const address = text === "" ? undefined : checks.parse(addressField, text, parseIpAddress);
  if (address) checks.require(addressField, address.family === 4, "floating IPs are IPv4");
  checks.done();
  return {
    floatingIp: {
      ...bare(floatingIp),
      projectId: floatingIp.projectId || callerProject,
      floatingIpAddress: address ? formatIpAddress(address) : "",
    },
    association: parseAssociation(floatingIp),
  };
}

/** The new values of an update's fields.
 *  @throws {InvalidFields} */
export function parseFloatingIpValues(given: FloatingIp, present: FloatingIp): FloatingIp {
  const checks = fieldChecks();
  checkDescribed(checks, "floating_ip", given);
  checks.done();
  return { ...present, description: given.description, tags: given.tags };
}

/** @returns undefined where no port is named.
 *  @throws {InvalidFields} */
export function parseAssociation(given: Pick<FloatingIp, "portId" | "fixedIpAddress">): AssociationWish | undefined {
  const { portId, fixedIpAddress } = given;
  const checks = fieldChecks();
  checks.uuid("floating_ip.port_id", portId, { optional: true });
  const field = "floating_ip.fixed_ip_address";
  const address = fixedIpAddress === "" ? undefined : checks.parse(field, fixedIpAddress, parseIpAddress);
  checks.require(field, fixedIpAddress === "" || portId !== "", "needs a port_id beside it");
  checks.done();
  return portId === ""
    ? undefined
    : {
        portId,
        fixedIpAddress: address ? formatIpAddress(address) : "",
        portField: "floating_ip.port_id",
        addressField: field,
      };
}

/** The port's fixed IP that is meant.
 *  @throws {InvalidFields} */
export function chooseFixedIp(
  { id, fixedIps }: Port,
  { fixedIpAddress: wanted, addressField: field }: AssociationWish,
): Port["fixedIps"][number] {
  const candidates = fixedIps.filter(({ ipAddress }) =>
    wanted === "" ? isIpv4Address(ipAddress) : ipAddress === wanted,
  );
  const [chosen, ...others] = candidates;
  if (chosen !== undefined && others.length === 0 && isIpv4Address(chosen.ipAddress)) return chosen;
  const has = fixedIps.map(({ ipAddress }) => ipAddress).join(", ") || "none";
  const description = `must be one IPv4 address of port ${id}, which has ${has}`;
  throw new InvalidFields([{ field, description }]);
}

function bare(floatingIp: FloatingIp): FloatingIp {
  return {
    ...floatingIp,
    portId: "",
    fixedIpAddress: "",
    routerId: "",
    floatingPortId: "",
    status: FloatingIpStatus.UNSPECIFIED,
    ...noStamps,
  };
}
