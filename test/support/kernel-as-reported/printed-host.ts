import type { LabHost } from "@rhumbline/infra/lab";
import { printedFilter } from "./printed-filter.ts";
import { printedIptables } from "./printed-iptables.ts";
import { linesIn, printedLink, printedSysctls } from "./printed-text.ts";

/** Of the host's own namespace: devices, what tunnels and bridges know, and what keeps frames on the node. */
export async function printedOnHost(node: LabHost): Promise<string[]> {
  const ours = linesIn(await node.output(["ip", "-o", "-d", "link", "show", "group", "118"]));
  const links = ours.map((line) => ({ line, ...printedLink(line) }));
  const instances = linesIn(await node.output(["ip", "-o", "link", "show", "group", "120"]));
  const bound = instances.map(printedLink).filter(({ alias }) => alias !== "");
  const tunnels = links.filter(({ name }) => name.startsWith("vxlan-"));
  return [
    ...links.map(printedDevice),
    ...bound.map(({ name, alias, master, state }) => `host: link ${name} bound to ${alias} master ${master} ${state}`),
    ...links.flatMap(printedTag),
    ...tunnels.map(({ name, line }) => `host: tunnel ${name} ${printedTunnel(line)}`),
    ...(await Promise.all(tunnels.map(({ name }) => printedDestinations(node, name)))).flat(),
    ...(await printedNeighbours(node)),
    ...(await printedSysctls(node, [...links, ...bound].flatMap(sysctlsOf))).map((line) => `host: ${line}`),
    ...(await printedConfinement(node)),
    ...(await printedFilter(node, ["bridge", "ip", "ip6"])).map((line) => `host: ${line}`),
    ...(await printedIptables(node)),
  ];
}

/** "5: vlanb0000001-00@br-ex: … \    vlan protocol 802.1Q id 101 <REORDER_HDR> …". */
function printedTag({ name, line }: { name: string; line: string }): string[] {
  const [, parent = "", protocol, id] = /^\d+: [^:@]+@([^:]+): .* vlan protocol (\S+) id (\d+) /.exec(line) ?? [];
  return id === undefined ? [] : [`host: tag ${name} protocol ${protocol} id ${id} on ${parent}`];
}

/** Of the host's devices, a bridge alone is given its address. */
function printedDevice({ name, mac, mtu, master, state, line }: ReturnType<typeof printedLink> & { line: string }) {
  const tracked = / nf_call_iptables 1 nf_call_ip6tables 1 /.test(line);
  const settings = [
    ...(name.startsWith("brq") ? [mac] : []),
    `mtu ${mtu}`,
    ...(master === "" ? [] : [`master ${master}`]),
    ...(tracked ? ["tracked"] : []),
  ];
  return `host: link ${name} ${settings.join(" ")} ${state}`;
}

const sysctlsOf = ({ name }: { name: string }): string[] => {
  const of = (setting: string) => `net.ipv6.conf.${name}.${setting}`;
  return [of("disable_ipv6"), ...(name.startsWith("brq") ? [of("addr_gen_mode"), of("accept_ra")] : [])];
};

/** "… \    vxlan id 7 local 198.18.0.11 … dstport 4789 nolearning …\    bridge_slave … learning off … neigh_suppress on …". */
function printedTunnel(line: string): string {
  const found = (pattern: RegExp): string => pattern.exec(line)?.[1] ?? "";
  const [, slave = ""] = line.split("bridge_slave");
  return [
    `id ${found(/ vxlan id (\d+)/)} local ${found(/ local (\S+)/)} dstport ${found(/ dstport (\d+)/)}`,
    ...(/ nolearning /.test(line) ? ["nolearning"] : []),
    ...(/ learning off /.test(slave) ? ["learning off"] : []),
    ...(/ neigh_suppress on /.test(slave) ? ["neigh_suppress on"] : []),
  ].join(" ");
}

/** `bridge fdb`: "fa:16:… dst 198.18.0.12 self permanent", "fa:16:… master brq1 static"; what else is there is the kernel's. */
async function printedDestinations(node: LabHost, device: string): Promise<string[]> {
  return linesIn(await node.output(["bridge", "fdb", "show", "dev", device])).flatMap((line) => {
    const [mac = ""] = line.split(" ");
    const peer = / dst (\S+) .*self permanent/.exec(line)?.[1];
    if (peer !== undefined) return [`host: fdb ${device} ${mac} dst ${peer}`];
    return / master \S+ .*static/.test(line) ? [`host: fdb ${device} ${mac} static`] : [];
  });
}

/** `ip neigh`: "10.0.0.5 dev brq1 lladdr fa:16:… PERMANENT". */
async function printedNeighbours(node: LabHost): Promise<string[]> {
  return linesIn(await node.output(["ip", "neigh", "show", "nud", "permanent"])).flatMap((line) => {
    const [, address, device = "", mac] = /^(\S+) dev (\S+) lladdr (\S+)/.exec(line) ?? [];
    return device.startsWith("brq") ? [`host: neighbour ${device} ${address} lladdr ${mac}`] : [];
  });
}

async function printedConfinement(node: LabHost): Promise<string[]> {
  const { stdout } = await node.run(["nft", "list", "table", "bridge", "rhumbline-dhcp"]);
  const table = "host: bridge rhumbline-dhcp";
  const [, rules = ""] = /chain forward \{\n[^\n]*\n([^}]*)\}/.exec(stdout) ?? [];
  const sets = [...stdout.matchAll(/set (\w+) \{[^}]*?elements = \{([^}]*)\}/g)];
  const elements = sets.flatMap(([, set, listed = ""]) => listed.split(",").map((each) => `${set} ${each.trim()}`));
  return [
    ...elements.map((element) => `${table} ${element.replaceAll('"', "")}`),
    ...linesIn(rules).map((rule, i) => `${table} forward ${i} ${rule.trim()}`),
  ];
}
