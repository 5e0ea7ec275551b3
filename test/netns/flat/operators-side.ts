import type { LabHost } from "@rhumbline/infra/lab";

/** All that iproute2 and the kernel's files say of the operator's bridge and of his devices in it. What passes with time, and the
 *  ports that are ours, are left out. */
export async function operatorsSide(node: LabHost): Promise<string> {
  const [bridge, ports, addresses, settings] = await Promise.all([
    node.output(["ip", "-json", "-details", "link", "show", "br-ex"]),
    node.output(["ip", "-json", "-details", "link", "show", "master", "br-ex"]),
    node.output(["ip", "-json", "address", "show", "br-ex"]),
    node.output(["sysctl", "--all", "--pattern", "\\.br-ex\\."]),
  ]);
  const his = (JSON.parse(ports) as { group?: string }[]).filter(({ group }) => group === "default");
  return JSON.stringify([JSON.parse(bridge), his, JSON.parse(addresses), settings], timeless, 1);
}

const timeless = (key: string, value: unknown): unknown => (/_timer$/.test(key) ? undefined : value);
