import { type FieldChecks, fieldChecks } from "@rhumbline/grpc";
import { formatIpAddress, formatMac, isUnicastMac, parseIpAddress, parseMac } from "@rhumbline/net";
import { type FixedIp, type Port, PortStatus } from "@rhumbline/proto/rhumbline/topology/v1/port";
import { isNetworkDevice } from "../../port/device-owner.ts";
import { parseDnsName } from "../dns-name.ts";
import { checkDescribed, checkNew, noStamps, requireGiven } from "../request-fields.ts";
import { parseDhcpOptions } from "./dhcp-options.ts";
import { checkSecurity, groupsOfNewPort, parsePairs } from "./port-security.ts";

/** Neutron takes as many by default (max_fixed_ips_per_port). */
const maxFixedIps = 5;

/** A port as asked for: without id and addresses where they are left open.
 *  @throws {InvalidFields} */
export function parseNewPort(given: Port | undefined, callerProject: string): Port {
  const port = requireGiven("port", given);
  const checks = fieldChecks();
  checkNew(checks, "port", port);
  checks.uuid("port.network_id", port.networkId);
  checkDevice(checks, port);
  const mac = port.macAddress === "" ? undefined : checks.parse("port.mac_address", port.macAddress, parseMac);
  if (mac)
    checks.require("port.mac_address", isUnicastMac(mac), "is a group address or none at all: no port can have it");
  const fixedIps = parseFixedIps(checks, port);
  const extraDhcpOptions = parseDhcpOptions(checks, port);
  const dnsName = portName(checks, port);
  checkSecurity(checks, port);
  const allowedAddressPairs = parsePairs(checks, port);
  checks.done();
  const projectId = port.projectId || callerProject;
  return {
    ...settable(port),
    id: "",
    projectId,
    securityGroupIds: groupsOfNewPort(port, projectId),
    allowedAddressPairs,
    networkId: port.networkId,
    macAddress: mac ? formatMac(mac) : "",
    fixedIps,
    extraDhcpOptions,
    dnsName,
  };
}

const portName = (checks: FieldChecks, { dnsName }: Port): string =>
  parseDnsName(checks, "port.dns_name", dnsName, '"web1" or "web1.shop"');

/** The new values of an update.
 *  @throws {InvalidFields} */
export function parsePortValues(given: Port, present: Port): Port {
  const checks = fieldChecks();
  checkDescribed(checks, "port", given);
  if (given.deviceOwner !== present.deviceOwner) checkDevice(checks, given);
  const fixedIps = parseFixedIps(checks, given);
  const extraDhcpOptions = parseDhcpOptions(checks, given);
  const dnsName = portName(checks, given);
  checkSecurity(checks, given);
  const allowedAddressPairs = parsePairs(checks, given);
  checks.done();
  const { id, projectId, networkId, macAddress } = present;
  return {
    ...settable(given),
    id,
    projectId,
    networkId,
    macAddress,
    fixedIps,
    extraDhcpOptions,
    allowedAddressPairs,
    dnsName,
  };
}

/** What a caller may set, without the binding, which has its own events. */
function settable(port: Port): Port {
  return {
    ...port,
    adminStateUp: port.adminStateUp ?? true,
    binding: undefined,
    status: PortStatus.UNSPECIFIED,
    securityGroupIds: [...new Set(port.securityGroupIds)],
    noSecurityGroups: false,
    statusReason: "",
    ...noStamps,
  };
}

function parseFixedIps(checks: FieldChecks, { fixedIps }: Port): FixedIp[] {
  checks.require("port.fixed_ips", fixedIps.length <= maxFixedIps, `at most ${maxFixedIps} are accepted`);
  const parsed = fixedIps.map(({ subnetId, ipAddress }, i) => {
    checks.uuid(`port.fixed_ips[${i}].subnet_id`, subnetId, { optional: ipAddress !== "" });
    const address =
      ipAddress === "" ? undefined : checks.parse(`port.fixed_ips[${i}].ip_address`, ipAddress, parseIpAddress);
    return { subnetId, ipAddress: address ? formatIpAddress(address) : "" };
  });
  for (const [i, { ipAddress }] of parsed.entries()) {
    const first = parsed.findIndex((one) => one.ipAddress === ipAddress);
    checks.require(`port.fixed_ips[${i}].ip_address`, ipAddress === "" || first === i, `${ipAddress} is named twice`);
  }
  return parsed;
}

function checkDevice(checks: FieldChecks, { deviceId, deviceOwner }: Port): void {
  checks.text("port.device_id", deviceId);
  checks.text("port.device_owner", deviceOwner);
  const reserved = isNetworkDevice(deviceOwner);
  checks.require(
    "port.device_owner",
    !reserved,
    `${deviceOwner} is for ports that routers, floating IPs and DHCP servers have`,
  );
}
