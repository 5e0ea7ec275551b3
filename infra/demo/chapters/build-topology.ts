import { externalNetwork, type Lab, type LabInstance } from "@rhumbline/infra/lab";
import type { Stack } from "../../stack/stack.ts";
import type { Narrator } from "../narrator.ts";
import type { World } from "../world.ts";

interface Port {
  readonly id: string;
  readonly macAddress: string;
  readonly fixedIps: readonly { readonly ipAddress: string }[];
}

/** Two networks, a router between them, two instances, and a floating IP that stands for nobody yet. */
export async function buildTopology(lab: Lab, stack: Stack, tell: Narrator): Promise<World> {
  tell.part("A topology: an external network, a tenant network, a router, two instances");
  const rhumb = async (...args: readonly string[]): Promise<void> => {
    await tell.step(`rhumb ${args.join(" ")}`, () => stack.json(...args));
  };
  const { cidr, gateway, physicalNetwork } = externalNetwork;
  await rhumb("network", "create", "public", "--external", "--type", "flat", "--physical-network", physicalNetwork);
  await rhumb(
    "subnet",
    "create",
    "public-v4",
    "--network",
    "public",
    "--cidr",
    cidr,
    "--gateway",
    gateway,
    "--pool",
    "203.0.113.10-203.0.113.200",
  );
  await rhumb("network", "create", "web");
  await rhumb("subnet", "create", "web-v4", "--network", "web", "--cidr", "10.0.0.0/24");
  await rhumb("router", "create", "r1", "--gateway", "public");
  await rhumb("router", "add-interface", "r1", "--subnet", "web-v4", "--wait");

  // An instance lets nobody in but its own group's: what the visitors of this demo use is opened.
  for (const protocol of ["icmp", "tcp"]) {
    await rhumb("security-group", "rule", "create", "default", "--protocol", protocol);
  }

  const { router } = await stack.json<{
    router: { id: string; externalGateway: { addresses: { ipAddress: string }[] } };
  }>("router", "get", "r1");
  const plug = async (name: string): Promise<LabInstance> => {
    const { port } = await stack.json<{ port: Port }>("port", "create", name, "--network", "web", "--host", "node1");
    const address = `${port.fixedIps[0]?.ipAddress}/24`;
    const { id: portId, macAddress: mac } = port;
    return tell.step(`an instance ${name} with ${address} is plugged as tap${portId.slice(0, 11)}`, () =>
      lab.host("node1").plugInstance({ name, portId, mac, address, gateway: "10.0.0.1" }),
    );
  };
  const first = await plug("first");
  const second = await plug("second");
  const { floatingIp } = await tell.step("rhumb floatingip create public", () =>
    stack.json<{ floatingIp: { id: string; floatingIpAddress: string } }>("floatingip", "create", "public"),
  );
  return {
    lab,
    stack,
    node: lab.host("node1"),
    outside: lab.internet,
    first,
    second,
    routerId: router.id,
    gatewayAddress: router.externalGateway.addresses[0]?.ipAddress ?? "",
    floatingIp: { id: floatingIp.id, address: floatingIp.floatingIpAddress },
  };
}
