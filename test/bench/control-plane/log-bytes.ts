import { stat } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { Port } from "@rhumbline/proto/rhumbline/topology/v1/port";
import { PortServiceService } from "@rhumbline/proto/rhumbline/topology/v1/port_service";
import { plainly } from "../../scenarios/topology/make.ts";
import { type LargeWorld, startLargeWorld } from "../../support/simulated-nodes/large-world.ts";
import type { Row } from "../row.ts";

const times = 20;
const quietMs = 1_000;

/** What the log grows by for a change, by its kind: what callers ask for, what services decide on it, and what nodes
 *  report. */
export async function logBytes(): Promise<Row[]> {
  const world = await startLargeWorld(2);
  try {
    const kinds = await changesIn(world);
    const rows: Row[] = [];
    for (const [name, change] of kinds) {
      const before = await quietSize(world.plane.logFile);
      for (let index = 0; index < times; index += 1) await change(index);
      const value = ((await quietSize(world.plane.logFile)) - before) / times;
      rows.push({ name: `log for: ${name}`, value, unit: "bytes", target: undefined, floor: undefined });
    }
    return rows;
  } finally {
    await world.stop();
  }
}

type Change = (index: number) => Promise<unknown>;

/** In the order in which they can be made. */
async function changesIn({ make, nodes, plane }: LargeWorld): Promise<Map<string, Change>> {
  const portService = plane.service("topology").channel.client(PortServiceService);
  const [{ nodeId: host } = { nodeId: "" }] = await nodes.states();
  const binding = { host, device: "", move: undefined };
  const external = await make.externalNetwork("physnet1");
  await make.subnet(external.id, "203.0.113.0/24");
  const externalGateway = { networkId: external.id, enableSnat: undefined, addresses: [], portId: "" };
  const group = await make.securityGroup();
  const made = { networks: [""], subnets: [""], ports: [""], routers: [""] };
  const nth = (ids: readonly string[], index: number): string => ids[index] ?? "";
  const noted = async (ids: string[], index: number, making: Promise<{ readonly id: string }>): Promise<void> => {
    ids[index] = (await making).id;
  };
  return new Map<string, Change>([
    ["a network", (index) => noted(made.networks, index, make.network({ name: `network ${index}` }))],
    ["a subnet", (index) => noted(made.subnets, index, make.subnet(nth(made.networks, index), `10.0.${index}.0/24`))],
    [
      "a security group's rule",
      (index) => make.rule(group.id, { protocol: "tcp", portRangeMin: index + 1, portRangeMax: index + 1 }),
    ],
    ["a port, bound nowhere", (index) => make.port(nth(made.networks, index), { name: `unbound ${index}` })],
    ["a port on a node", (index) => noted(made.ports, index, make.port(nth(made.networks, index), { binding }))],
    [
      "a port's new name",
      (index) => {
        const port = Port.fromPartial({ id: nth(made.ports, index), name: `renamed ${index}` });
        return portService.updatePort({ port, updateMask: ["name"], etag: "", ...plainly });
      },
    ],
    ["a router with a gateway", (index) => noted(made.routers, index, make.router({ externalGateway }))],
    ["a router's interface", (index) => make.interface(nth(made.routers, index), nth(made.subnets, index))],
    ["a floating IP", (index) => make.floatingIp(external.id, { portId: nth(made.ports, index) })],
    ["a port deleted", (index) => portService.deletePort({ id: nth(made.ports, index), etag: "", ...plainly })],
  ]);
}

/** Bytes of the file once nobody writes to it any more. */
async function quietSize(file: string): Promise<number> {
  for (let before = -1; ; ) {
    const { size } = await stat(file);
    if (size === before) return size;
    before = size;
    await pause(quietMs);
  }
}
