import type { LabHost } from "../hosts/host.ts";
import { externalNetwork, internet, outsideIpv6, underlay } from "../lab-plan.ts";

/** The namespaces of the fabric that play the world outside. */
export const providerNamespace = "provider";
export const internetNamespace = "internet";

/** The fabric's bridges: the underlay that joins the hosts, and the provider's network. */
export const underlayBridge = "underlay";
export const externalBridge = "external";

const bridge = "type bridge stp_state 0 forward_delay 0 mcast_snooping 0";

/** Makes the networks between hosts, and behind the external one a provider's router and the internet, inside the
 *  fabric host: the machine's own network namespace is never touched. */
export async function wireFabric(fabric: LabHost, dualStack: boolean): Promise<void> {
  await letBridgesBe(fabric);
  await fabric.output(["ip", "netns", "add", providerNamespace]);
  await fabric.output(["ip", "netns", "add", internetNamespace]);
  await batch(fabric, [
    `link add ${underlayBridge} mtu ${underlay.mtu} ${bridge}`,
    `link add ${externalBridge} ${bridge}`,
    `link set ${underlayBridge} up`,
    `link set ${externalBridge} up`,
    `link add provider type veth peer name eth0 netns ${providerNamespace}`,
    `link set provider master ${externalBridge} up`,
  ]);
  const provider = fabric.netns(providerNamespace);
  await provider.output(["sysctl", "-qw", "net.ipv4.ip_forward=1"]);
  await provider.output(["ip", "-batch", "-"], {
    input: lines([
      "link set lo up",
      "link set eth0 up",
      `address add ${externalNetwork.gateway}/${externalNetwork.prefixLength} dev eth0`,
      `link add eth1 type veth peer name eth0 netns ${internetNamespace}`,
      "link set eth1 up",
      `address add ${internet.gateway}/${internet.prefixLength} dev eth1`,
    ]),
  });
  await fabric.netns(internetNamespace).output(["ip", "-batch", "-"], {
    input: lines([
      "link set lo up",
      "link set eth0 up",
      `address add ${internet.address}/${internet.prefixLength} dev eth0`,
      `route add default via ${internet.gateway}`,
    ]),
  });
  if (dualStack) await speakIpv6(fabric);
}

async function speakIpv6(fabric: LabHost): Promise<void> {
  const { gateway, tenants, tenantsRouter, internet: far, internetGateway } = outsideIpv6;
  const on = (device: string): string => `net.ipv6.conf.${device}.disable_ipv6=0`;
  const provider = fabric.netns(providerNamespace);
  await provider.output(["sysctl", "-qw", on("eth0"), on("eth1"), "net.ipv6.conf.all.forwarding=1"]);
  await provider.output(["ip", "-batch", "-"], {
    input: lines([
      `address add ${gateway}/64 dev eth0 nodad`,
      `address add ${internetGateway}/64 dev eth1 nodad`,
      `route add ${tenants} via ${tenantsRouter} dev eth0`,
    ]),
  });
  const internetHost = fabric.netns(internetNamespace);
  await internetHost.output(["sysctl", "-qw", on("eth0")]);
  await internetHost.output(["ip", "-batch", "-"], {
    input: lines([`address add ${far}/64 dev eth0 nodad`, `route add default via ${internetGateway}`]),
  });
}

/** Frames on a bridge are not handed to iptables unless an agent turns that on for its security groups; the kernel's
 *  default in a new network namespace is the contrary. `-e`: without br_netfilter there is nothing to turn off. */
export async function letBridgesBe(host: LabHost): Promise<void> {
  const hooks = ["iptables", "ip6tables", "arptables"].map((table) => `net.bridge.bridge-nf-call-${table}=0`);
  await host.output(["sysctl", "-qew", ...hooks]);
}

export async function batch(host: LabHost, commands: readonly string[]): Promise<void> {
  await host.output(["ip", "-batch", "-"], { input: lines(commands) });
}

function lines(commands: readonly string[]): string {
  return commands.map((command) => `${command}\n`).join("");
}
