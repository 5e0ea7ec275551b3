import { parseCidr } from "@rhumbline/net";
import type { DesiredDhcp, DesiredDhcpOption, DesiredDhcpSubnet } from "@rhumbline/proto/rhumbline/agent/v1/desired";
import { subnetTag } from "./dnsmasq-config.ts";

/** What the instances of a subnet are told. */
export function subnetOptions(subnet: DesiredDhcpSubnet, { onLink }: Pick<DesiredDhcp, "onLink">): string {
  const { subnetId, cidr, dnsNameservers } = subnet;
  const tag = `tag:${subnetTag(subnetId)}`;
  if (parseCidr(cidr).network.family === 6) {
    return lines(dnsNameservers.length > 0 && [tag, "option6:dns-server", ...dnsNameservers.map((ip) => `[${ip}]`)]);
  }
  const routes = classlessRoutes(subnet, onLink);
  return lines(
    // Without a value it says that there is none; left out, dnsmasq would name itself.
    [tag, "option:router", ...(subnet.gatewayIp === "" ? [] : [subnet.gatewayIp])],
    routes.length > 0 && [tag, "option:classless-static-route", ...routes],
    // The same as clients of old know it: [MS-DHCPE] section 2.2.8.
    routes.length > 0 && [tag, "249", ...routes],
    dnsNameservers.length > 0 && [tag, "option:dns-server", ...dnsNameservers],
  );
}

/** What one port is told beyond that. */
export function portOptions(tag: string, options: readonly DesiredDhcpOption[]): string {
  return lines(...options.map(optionOf(tag)));
}

const optionOf =
  (tag: string) =>
  ({ name, value, ipVersion }: DesiredDhcpOption): string[] => {
    if (!/^[a-z0-9-]{1,64}$/.test(name)) throw new Error(`${JSON.stringify(name)} names no DHCP option`);
    if (/[\n\r]/.test(value)) throw new Error(`the value of DHCP option ${name} has several lines`);
    const prefix = ipVersion === 6 ? "option6:" : "option:";
    const option = /^\d+$/.test(name) && ipVersion !== 6 ? name : `${prefix}${name}`;
    return [`tag:${tag}`, option, ...(value === "" ? [] : [value])];
  };

/** Destination and next hop in turn (RFC 3442). A client that reads these ignores the router option, so the default route is
 *  among them; 0.0.0.0 says: on this link, as other subnets of the network are. */
function classlessRoutes({ cidr, gatewayIp, hostRoutes }: DesiredDhcpSubnet, onLink: readonly string[]): string[] {
  const others = onLink.filter((other) => other !== cidr).map((other) => [other, "0.0.0.0"]);
  const routes = [...others, ...hostRoutes.map(({ destination, nextHop }) => [destination, nextHop])];
  if (routes.length === 0) return [];
  const hasDefault = routes.some(([destination]) => destination === "0.0.0.0/0");
  return [...routes, ...(gatewayIp === "" || hasDefault ? [] : [["0.0.0.0/0", gatewayIp]])].flat();
}

const lines = (...options: readonly (readonly string[] | false)[]): string =>
  options.map((option) => (option === false ? "" : `${option.join(",")}\n`)).join("");
