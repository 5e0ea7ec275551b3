import { randomUUID } from "node:crypto";
import { controlHost, type Lab, type LabHost, type LabInstance, nodeHosts, startLab } from "@rhumbline/infra/lab";
import { expect } from "vitest";
import { controlPlane, nodeAgent } from "../../infra/stack/programs.ts";
import { type Stack, stackIn } from "../../infra/stack/stack.ts";
import { bundled } from "./bundle.ts";
import { eventually } from "./eventually.ts";
import { downAsLogged, type Unlike } from "./kernel-as-reported/down-as-logged.ts";

/** An instance, by the port that it is plugged into. */
export interface StackInstance extends LabInstance {
  readonly portId: string;
  readonly mac: string;
  /** Without prefix length: its first IPv4 address, where it has one. */
  readonly address: string;
  readonly node: LabHost;
}

/** A whole installation with any number of nodes, every process of its own, and instances on any of them. */
export interface StackLab {
  readonly lab: Omit<Lab, "down">;
  readonly stack: Stack;
  node(name: string): LabHost;
  nodeId(name: string): Promise<string>;
  /** A network with a subnet in it, named after it. @returns its id. */
  createNetwork(name: string, cidr: string, ...options: readonly string[]): Promise<string>;
  /** A port on the node with an instance plugged into it, bound by the time this returns.
   *  @param options further ones of `rhumb port create`. */
  createInstance(
    name: string,
    at: { network: string; node: string },
    ...options: readonly string[]
  ): Promise<StackInstance>;
  /** Waits until a ping is answered. */
  reaches(from: StackInstance, address: string): Promise<void>;
  /** Ends it. Fails where what the log has of a node is not what its kernel's own programs print; nodes that are off, and
   *  those that the test leaves unlike, are left out. */
  down(unlike?: Unlike): Promise<void>;
}

const programs = ["event-log", "ipam", "topology", "router-scheduler", "audit", "node-agent", "rhumb"];

/** A node whose agent has settings of its own. */
export interface SetNode {
  readonly name: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Starts it and waits until every node is registered. Ends with the calling process.
 *  @param named at 198.18.0.11 and up, in this order. */
export async function startStackLab(...named: readonly (string | SetNode)[]): Promise<StackLab> {
  await Promise.all(programs.map(bundled));
  const settings = named.map((each) => (typeof each === "string" ? { name: each, env: {} } : each));
  const nodes = nodeHosts(...settings.map(({ name }) => name));
  const lab = await startLab({ name: `stack-${randomUUID().slice(0, 8)}`, hosts: [controlHost, ...nodes] });
  const agents = nodes.map((node, at) => nodeAgent(node, controlHost, { env: settings[at]?.env ?? {} }));
  const stack = stackIn(lab, controlHost.name, [...controlPlane(controlHost), ...agents]);
  await stack.start();
  await stack.ready(nodes.length, 120_000);
  return {
    lab,
    stack,
    node: (name) => lab.host(name),
    nodeId: async (name) => (await stack.json<{ node: { id: string } }>("node", "get", name)).node.id,
    createNetwork: async (name, cidr, ...options) => {
      const { network } = await stack.json<{ network: { id: string } }>("network", "create", name, ...options);
      await stack.json("subnet", "create", name, "--network", name, "--cidr", cidr);
      return network.id;
    },
    createInstance: (name, at, ...options) => createInstance(lab.host(at.node), stack, name, at, options),
    reaches: (from, address) => eventually(async () => void (await from.output(pingOnce(address)))),
    down: (unlike) => downAsLogged(lab, stack, unlike),
  };
}

interface Port {
  readonly id: string;
  readonly macAddress: string;
  readonly fixedIps: readonly { readonly subnetId: string; readonly ipAddress: string }[];
}

async function createInstance(
  node: LabHost,
  stack: Stack,
  name: string,
  at: { network: string; node: string },
  options: readonly string[],
): Promise<StackInstance> {
  const create = ["port", "create", name, "--network", at.network, "--host", at.node];
  const { port } = await stack.json<{ port: Port }>(...create, ...options);
  const { network } = await stack.json<{ network: { mtu: number } }>("network", "get", at.network);
  const ofIpv4 = port.fixedIps.find(({ ipAddress }) => ipAddress.includes("."));
  const first = ofIpv4 ?? port.fixedIps[0] ?? { subnetId: "", ipAddress: "" };
  const { subnet } = await stack.json<{ subnet: { cidr: string; gatewayIp?: string } }>(
    "subnet",
    "get",
    first.subnetId,
  );
  const instance = await node.plugInstance({
    name,
    portId: port.id,
    mac: port.macAddress,
    mtu: network.mtu,
    address: `${first.ipAddress}/${subnet.cidr.replace(/.*\//, "")}`,
    ...(subnet.gatewayIp && { gateway: subnet.gatewayIp }),
  });
  await eventually(async () => {
    expect(await node.output(["ip", "-oneline", "link", "show", instance.tapDevice])).toContain("master");
  });
  return { ...instance, portId: port.id, mac: port.macAddress, address: first.ipAddress, node };
}

const pingOnce = (address: string): string[] => ["ping", "-n", "-c", "1", "-W", "1", address];
