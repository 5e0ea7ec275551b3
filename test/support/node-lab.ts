import type { Place } from "@rhumbline/infra/lab";
import type { Node } from "@rhumbline/proto/rhumbline/scheduler/v1/node";
import { expect } from "vitest";
import { eventually } from "./eventually.ts";
import { type StackInstance, type StackLab, startStackLab } from "./stack-lab.ts";

/** An installation with several nodes and an external network, for routers that move between them. Its instances let in
 *  whoever calls. */
export interface NodeLab extends StackLab {
  /** One hop beyond the provider's gateway. */
  readonly outside: Place;
  /** A router with a gateway, realised. @returns its IPv4 address outside. */
  makeRouter(name: string, ...flags: readonly string[]): Promise<string>;
  /** A network behind the router, with an instance on a node; the three have the same name.
   *  @param cidr of its subnet. */
  makeInstance(name: string, at: { router: string; cidr: string; node: string }): Promise<StackInstance>;
  /** A floating IP that stands for the instance of that name, and answers. @returns it. */
  makeFloatingIp(instance: string): Promise<string>;
  /** The name of the node that a router is bound to. */
  nodeOf(router: string): Promise<string>;
  /** As `rhumb node get` shows it. */
  registered(name: string): Promise<Node>;
  answers(address: string): Promise<boolean>;
}

export async function startNodeLab(...names: readonly string[]): Promise<NodeLab> {
  const stackLab = await startStackLab(...names);
  const { lab, stack } = stackLab;
  await stack.json("network", "create", "public", "--external", "--type", "flat", "--physical-network", "physnet1");
  const outside = ["--gateway", "203.0.113.1", "--pool", "203.0.113.10-203.0.113.200"];
  await stack.json("subnet", "create", "public-v4", "--network", "public", "--cidr", "203.0.113.0/24", ...outside);
  for (const protocol of ["icmp", "tcp"])
    await stack.json("security-group", "rule", "create", "default", "--protocol", protocol);
  const answers = async (address: string): Promise<boolean> => (await ping(lab.internet, address)).code === 0;
  const untilAnswered = (address: string) => eventually(async () => expect(await answers(address)).toBe(true));
  return {
    ...stackLab,
    outside: lab.internet,
    async makeRouter(name, ...flags) {
      const { router } = await stack.json<{ router: { externalGateway: { addresses: { ipAddress: string }[] } } }>(
        ...["router", "create", name, "--gateway", "public", "--wait", ...flags],
      );
      const addresses = router.externalGateway.addresses.map(({ ipAddress }) => ipAddress);
      // Outside, IPv4 alone is routed back.
      const address = addresses.find((each) => each.includes(".")) ?? "";
      await untilAnswered(address);
      return address;
    },
    async makeInstance(name, { router, cidr, node }) {
      await stackLab.createNetwork(name, cidr);
      await stack.json("router", "add-interface", router, "--subnet", name, "--wait");
      return stackLab.createInstance(name, { network: name, node });
    },
    async makeFloatingIp(instance) {
      const { floatingIp } = await stack.json<{ floatingIp: { floatingIpAddress: string } }>(
        ...["floatingip", "create", "public", "--port", instance, "--wait"],
      );
      await untilAnswered(floatingIp.floatingIpAddress);
      return floatingIp.floatingIpAddress;
    },
    async nodeOf(router) {
      const { candidates, presentNodeId } = await stack.json<{
        candidates: { nodeId: string; nodeName: string }[];
        presentNodeId: string;
      }>("explain", "router", router);
      return candidates.find(({ nodeId }) => nodeId === presentNodeId)?.nodeName ?? "";
    },
    registered: async (name) => (await stack.json<{ node: Node }>("node", "get", name)).node,
    answers,
  };
}

const ping = (place: Place, address: string) => place.run(["ping", "-n", "-c", "1", "-W", "1", address]);
