import { formatIpAddress, parseIpAddress } from "@rhumbline/net";
import type { DesiredPort } from "@rhumbline/proto/rhumbline/agent/v1/desired";
import type { GivenLeases } from "@rhumbline/proto/rhumbline/scheduler/v1/port_explanation_service";
import { dhcpHelper } from "../desired/desired-helper.ts";
import { parseLeases } from "../dhcp/dnsmasq-leases.ts";
import type { DesiredFeed } from "../feed/desired-feed.ts";
import type { Kernel } from "../kernel/kernel.ts";

export interface LeaseParts {
  readonly kernel: Kernel;
  readonly feed: Pick<DesiredFeed, "current">;
  /** What a DHCP server of that name keeps of what it gave. */
  readonly readLeases: (helper: string) => Promise<string>;
}

/** Whether this node's DHCP server answers the port, and what it gave. */
export async function givenLeases({ kernel, feed, readLeases }: LeaseParts, portId: string): Promise<GivenLeases> {
  const desired = feed.current?.resources.get(`port.${portId}`)?.resource;
  if (desired?.$case !== "port") return { objection: "no port of that id is bound to this node", leases: [] };
  const port = desired.value;
  const name = dhcpHelper(port.networkId);
  const text = await readLeases(name);
  const own = new Set(port.ipAddresses.map((address) => formatIpAddress(parseIpAddress(address))));
  const leases = parseLeases(text)
    .filter(({ ipAddress }) => own.has(ipAddress))
    .map(({ ipAddress, clientId, endsAtSeconds }) => ({
      ...{ ipAddress, clientId },
      expireTime: endsAtSeconds === 0 ? undefined : new Date(endsAtSeconds * 1000),
    }));
  return { objection: await objectionTo(kernel, name, port), leases };
}

async function objectionTo(kernel: Kernel, name: string, { portId }: DesiredPort): Promise<string> {
  const server = (await kernel.observe()).helpers.get(name);
  if (server?.process === undefined) return "no DHCP server of its network runs on the node";
  if (!server.files.has(`hosts/${portId}`)) return "the DHCP server on the node was told of no address of it";
  return server.stale ? "the DHCP server on the node has not read yet what it was told" : "";
}
