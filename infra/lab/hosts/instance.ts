import type { Place } from "./place.ts";

/** What a hypervisor would be told about one network card of an instance. */
export interface InstancePlan {
  /** Of the namespace that plays the instance. */
  readonly name: string;
  readonly portId: string;
  /** The name of its device on the host. Left out: `tap` and the first 11 characters of the port's id, as Neutron names it. */
  readonly device?: string;
  readonly mac: string;
  /** With prefix length: `10.0.0.5/24`. Left out: it asks for one itself, in IPv4 and IPv6. */
  readonly address?: string;
  /** No default route when left out. */
  readonly gateway?: string;
  /** Of its card; 1500 when left out. */
  readonly mtu?: number;
}

/** A namespace with one card, `eth0`, whose other end lies in the host. */
export interface LabInstance extends Place {
  readonly plan: InstancePlan;
  /** The other end. Up, on no bridge: the agent binds it. */
  readonly tapDevice: string;
  /** Powers the instance off: its processes end, its devices go. */
  unplug(): Promise<void>;
}

type InstanceHost = Place & { netns(name: string): Place };

/** Powers an instance on in a host. */
export async function plugInstance(host: InstanceHost, plan: InstancePlan): Promise<LabInstance> {
  const tapDevice = plan.device ?? `tap${plan.portId.slice(0, 11)}`;
  const mtu = plan.mtu ?? 1500;
  await host.output(["ip", "netns", "add", plan.name]);
  const inside = host.netns(plan.name);
  await host.output(
    ["ip", "link", "add", tapDevice, "mtu", `${mtu}`, "type", "veth"].concat([
      "peer",
      "name",
      "eth0",
      "address",
      plan.mac,
      "mtu",
      `${mtu}`,
      "netns",
      plan.name,
    ]),
  );
  await host.output(["ip", "link", "set", tapDevice, "up"]);
  // An instance without an IPv6 address is silent in IPv6, so that captures show what a test is about.
  if (plan.address?.includes(":") === false)
    await inside.output(["sysctl", "-qw", "net.ipv6.conf.eth0.disable_ipv6=1"]);
  await inside.output(["ip", "-batch", "-"], { input: cardSettings(plan) });
  return {
    ...inside,
    plan,
    tapDevice,
    unplug: async () => {
      await endProcesses(host, plan.name);
      await host.output(["ip", "link", "delete", tapDevice]);
      await host.output(["ip", "netns", "delete", plan.name]);
    },
  };
}

function cardSettings({ address, gateway }: InstancePlan): string {
  const lines = ["link set lo up", "link set eth0 up"];
  if (address !== undefined) lines.push(`address add ${address} dev eth0`);
  if (gateway !== undefined) lines.push(`route add default via ${gateway}`);
  return `${lines.join("\n")}\n`;
}

async function endProcesses(host: Place, netns: string): Promise<void> {
  const pids = (await host.output(["ip", "netns", "pids", netns])).split("\n").filter((line) => line !== "");
  if (pids.length > 0) await host.run(["kill", "-KILL", ...pids]);
}
