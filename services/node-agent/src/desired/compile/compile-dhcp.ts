import { formatMac, parseCidr, parseMac } from "@rhumbline/net";
import type { DesiredDhcp, DesiredPort } from "@rhumbline/proto/rhumbline/agent/v1/desired";
import { dnsmasqConfig, subnetTag } from "../../dhcp/dnsmasq-config.ts";
import { hostLines, keptAddresses } from "../../dhcp/dnsmasq-hosts.ts";
import { nameLines } from "../../dhcp/dnsmasq-names.ts";
import { portOptions, subnetOptions } from "../../dhcp/dnsmasq-options.ts";
import { type DesiredHelper, type DesiredHelperFile, dhcpHelper } from "../desired-helper.ts";
import type { DesiredNamespace } from "../desired-kernel.ts";
import { dhcpDevice, dhcpNamespace, portDevice } from "../device-names.ts";
import { dhcpSysctls } from "../dhcp-sysctls.ts";
import type { DhcpSettings } from "../host-facts.ts";
import type { ResourceKey } from "../resource-key.ts";
import { attempt } from "./attempt.ts";
import type { Carriers } from "./carriers.ts";
import { compileLeg } from "./compile-leg.ts";
import type { NamedPort } from "./named-ports.ts";

export interface DhcpServer {
  readonly namespace: DesiredNamespace;
  readonly helper: DesiredHelper;
  /** Ports that it can't serve as they are wished for, and why. */
  readonly errors: ReadonlyMap<ResourceKey, string>;
}

interface KnownPorts {
  /** Those on this node: whom it gives addresses. */
  readonly ports: readonly (readonly [ResourceKey, DesiredPort])[];
  /** Whose names it answers for. */
  readonly named: readonly NamedPort[];
}

/** The server of a network for the ports that it has on this node.
 *  @throws Error when the network isn't carried here, or for text that is no address. */
export function compileDhcpServer(
  resource: ResourceKey,
  dhcp: DesiredDhcp,
  { ports, named }: KnownPorts,
  carriers: Carriers,
  settings: DhcpSettings,
): DhcpServer {
  const { networkId, portId, macAddress, mtu, subnets } = dhcp;
  const device = dhcpDevice(portId);
  const addresses = subnets.map(({ cidr, serverAddress }) => `${serverAddress}/${parseCidr(cidr).prefixLength}`);
  const leg = compileLeg(
    resource,
    device,
    { portId, networkId, macAddress, addresses, mtu },
    { carriers, door: "open" },
    [],
  );
  const hasIpv6 = leg.addresses.some(({ network }) => network.network.family === 6);
  const netns = dhcpNamespace(networkId);
  const served = servedPorts(ports, dhcp);
  const name = dhcpHelper(networkId);
  const config = dnsmasqConfig(name, device, dhcp, served.tagByMac, settings);
  const names = nameFiles(named, settings.domain);
  return {
    namespace: { resource, name: netns, legs: new Map([[device, leg.desired]]), sysctls: dhcpSysctls(hasIpv6) },
    helper: {
      resource,
      name,
      netns,
      device,
      program: "dnsmasq",
      config,
      files: new Map([...subnetFiles(resource, dhcp), ...served.files, ...names.files]),
      keptAddresses: served.keptAddresses,
    },
    errors: new Map([...names.errors, ...served.errors]),
  };
}

/** They are read in the order of their names, and what is read last counts: a port's options behind those of its subnet. */
const subnetFile = (subnetId: string): string => `options/1-${subnetTag(subnetId)}`;
const portFile = (portId: string): string => `options/2-port-${portId}`;

function subnetFiles(resource: ResourceKey, dhcp: DesiredDhcp): (readonly [string, DesiredHelperFile])[] {
  return dhcp.subnets
    .map((subnet) => [subnetFile(subnet.subnetId), { resource, content: subnetOptions(subnet, dhcp) }] as const)
    .filter(([, { content }]) => content !== "");
}

function nameFiles(named: readonly NamedPort[], domain: string) {
  const files = new Map<string, DesiredHelperFile>();
  const errors = new Map<ResourceKey, string>();
  for (const { resource, portId, dnsName, ipAddresses } of named) {
    const { made: content, error } = attempt(() => nameLines(dnsName, domain, ipAddresses));
    if (error !== undefined) errors.set(resource, error);
    else files.set(`names/${portId}`, { resource, content });
  }
  return { files, errors };
}

function servedPorts(ports: readonly (readonly [ResourceKey, DesiredPort])[], { subnets }: DesiredDhcp) {
  const files = new Map<string, DesiredHelperFile>();
  const tagByMac = new Map<string, string>();
  const kept = new Map<string, readonly string[]>();
  const errors = new Map<ResourceKey, string>();
  for (const [resource, port] of ports) {
    try {
      const hosts = hostLines(port, subnets);
      const tag = `port-${port.portId}`;
      const options = portOptions(tag, port.dhcpOptions);
      const keptHere = keptAddresses(port, subnets);
      if (keptHere.length > 0) kept.set(portDevice(port), keptHere);
      if (hosts !== "") files.set(`hosts/${port.portId}`, { resource, content: hosts });
      if (options === "") continue;
      files.set(portFile(port.portId), { resource, content: options });
      tagByMac.set(formatMac(parseMac(port.macAddress)), tag);
    } catch (error) {
      errors.set(resource, error instanceof Error ? error.message : String(error));
    }
  }
  return { files, tagByMac, keptAddresses: kept, errors };
}
