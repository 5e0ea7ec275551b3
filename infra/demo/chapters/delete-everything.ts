import type { LabHost, LabInstance } from "@rhumbline/infra/lab";
import type { Narrator } from "../narrator.ts";
import { until } from "../witness.ts";
import type { World } from "../world.ts";

/** Takes the topology away again and looks for leftovers in the kernel, in the services and on the bus. */
export async function deleteEverything(world: World, third: LabInstance, tell: Narrator): Promise<void> {
  const { lab, stack, first, second, floatingIp } = world;
  tell.part("Delete everything");
  const rhumb = (...args: readonly string[]): Promise<unknown> =>
    tell.step(`rhumb ${args.join(" ")}`, () => stack.json(...args));
  await rhumb("floatingip", "delete", floatingIp.address, "--wait");
  for (const [router, subnet] of [
    ["r1", "web-v4"],
    ["r2", "db-v4"],
  ] as const) {
    await rhumb("router", "remove-interface", router, "--subnet", subnet);
    await rhumb("router", "delete", router, "--wait");
  }
  await Promise.all([first, second, third].map((instance) => instance.unplug()));
  for (const name of ["first", "second", "third"]) await rhumb("port", "delete", name, "--wait");
  for (const name of ["web", "db", "public"]) {
    await rhumb("subnet", "delete", `${name}-v4`);
    await rhumb("network", "delete", name, "--wait");
  }
  const on = lab.hosts.filter((host) => host.isOn());
  const leftovers = async (host: LabHost): Promise<string[]> => [
    ...(await host.netnsNames()),
    ...(await host.output(["ip", "-brief", "link"]))
      .split("\n")
      .filter((line) => /^(brq|tap|qr-|qg-|vxlan-)/.test(line)),
  ];
  await until(
    "the nodes' kernels are empty of ours",
    async () => (await Promise.all(on.map(leftovers))).flat().length === 0,
  );
  tell.proved("no namespace, bridge or device of Rhumbline is left on any node", true);
  for (const resource of ["network", "subnet", "port", "router", "floatingip"]) {
    const listed = Object.values(await stack.json<Record<string, unknown>>(resource, "list")).find(Array.isArray) ?? [];
    tell.proved(`no ${resource} is left`, listed.length === 0);
  }
}
