import { conntrackEntries } from "@rhumbline/infra/lab";
import type { NodeLab } from "../support/node-lab.ts";

/** What stands in the kernels of all nodes. */
export interface Standing {
  readonly namespaces: number;
  readonly devices: number;
  readonly connections: number;
}

export async function standingOn(lab: NodeLab, nodes: readonly string[]): Promise<Standing> {
  const total = { namespaces: 0, devices: 0, connections: 0 };
  for (const host of nodes.map((name) => lab.node(name))) {
    total.namespaces += (await host.netnsNames()).length;
    total.devices += (await host.output(["ip", "-oneline", "link"])).trim().split("\n").length;
    total.connections += (await conntrackEntries(host)).length;
  }
  return total;
}

/** Deletes what the random commands made, in the order in which it can go. */
export async function deleteAllMade({ stack }: NodeLab, kept: readonly string[]): Promise<void> {
  for (const noun of ["floatingip", "router", "port", "subnet", "network"] as const) {
    for (const { id, name } of await listed(stack, noun)) {
      if (kept.includes(name)) continue;
      if (noun === "router") await takeInterfaces(stack, id);
      await stack.rhumb(noun, "delete", id);
    }
  }
}

interface Listed {
  readonly id: string;
  readonly name: string;
}

const plurals = { floatingip: "floatingIps", router: "routers", port: "ports", subnet: "subnets", network: "networks" };

/** A floating IP goes by its address. */
async function listed(stack: NodeLab["stack"], noun: keyof typeof plurals): Promise<Listed[]> {
  const answer = await stack.json<Record<string, (Listed & { floatingIpAddress?: string })[] | undefined>>(
    noun,
    "list",
  );
  return (answer[plurals[noun]] ?? []).map(({ id, name, floatingIpAddress }) => ({
    id,
    name: floatingIpAddress ?? name,
  }));
}

async function takeInterfaces(stack: NodeLab["stack"], id: string): Promise<void> {
  const { router } = await stack.json<{ router: { interfaces?: { subnetId: string }[] } }>("router", "get", id);
  for (const { subnetId } of router.interfaces ?? [])
    await stack.rhumb("router", "remove-interface", id, "--subnet", subnetId);
}
