import { randomUUID } from "node:crypto";
import { type Category, type DomainEvent, ownerOf, streamOf } from "@rhumbline/event-sourcing";
import { LogIdentified } from "@rhumbline/proto/rhumbline/event/v1/log_events";
import * as ipam from "@rhumbline/proto/rhumbline/ipam/v1/ipam_events";
import type { Subnet } from "@rhumbline/proto/rhumbline/ipam/v1/subnet";
import { NetworkType } from "@rhumbline/proto/rhumbline/topology/v1/network";
import type { Port } from "@rhumbline/proto/rhumbline/topology/v1/port";
import * as topology from "@rhumbline/proto/rhumbline/topology/v1/topology_events";
import type { ProposedEvent } from "../../../services/event-log/src/store/change.ts";
import { takeDataFolder } from "../../../services/event-log/src/store/data-folder.ts";
import { EventLog } from "../../../services/event-log/src/store/event-log.ts";
import { ipamFold } from "../../../services/ipam/src/read-model/fold.ts";
import { topologyCodec } from "../../../services/topology/src/read-model/events.ts";

/** What a log of ports holds. */
export interface PortLog {
  /** Each has a subnet of 65,536 addresses. */
  readonly networkIds: readonly string[];
  /** A security group that every port is a member of. */
  readonly securityGroupId: string;
  readonly ports: number;
  readonly events: number;
}

export const projectId = "bench";
const portsPerNetwork = 1_000;
/** Appended before the next are made. */
const batch = 1_000;

interface PortsMade {
  /** To which node the port of that number is bound; by default to none. */
  readonly hostOf?: (number: number) => string | undefined;
  /** Since the Unix epoch, when it all happened; by default now. */
  readonly timeMs?: number;
}

/** Writes a log as the services would: for every port a MAC address, an address and the port itself. In this process, by
 *  the event log's own store, so that a million events take seconds.
 *  @param folder the event log's data folder.
 *  @param networks by default one for every thousand ports. Port n lies in the network n modulo their number. */
export async function writeLogOfPorts(
  folder: string,
  ports: number,
  networks = Math.ceil(ports / portsPerNetwork),
  { hostOf = () => undefined, timeMs = Date.now() }: PortsMade = {},
): Promise<PortLog> {
  const data = await takeDataFolder(folder);
  const { log } = await EventLog.open(data.logPath, () => Date.now());
  const write = async (events: readonly Written[]): Promise<void> => {
    await Promise.all(events.map((event) => log.change(appendOf(event, timeMs))));
  };
  const networkIds = Array.from({ length: networks }, () => randomUUID());
  const securityGroupId = randomUUID();
  await write([identity(), groupOf(securityGroupId), ...networkIds.flatMap(networkEvents)]);
  for (let first = 0; first < ports; first += batch) {
    const numbers = Array.from({ length: Math.min(batch, ports - first) }, (_, i) => first + i);
    await write(numbers.flatMap((number) => portEvents(number, networkIds, securityGroupId, hostOf(number))));
  }
  const { events } = log;
  await log.close();
  await data.release();
  return { networkIds, securityGroupId, ports, events };
}

interface Written {
  readonly stream: string;
  readonly type: string;
  readonly data: unknown;
}

const of = (category: Category, id: string, event: DomainEvent): Written => {
  const stream = streamOf(category, id);
  const codec = ownerOf(stream) === "ipam" ? ipamFold.codec : topologyCodec;
  return { stream, type: event.type, data: codec.encode(event as never) };
};

const identity = (): Written => ({
  stream: "log-identity",
  type: "LogIdentified",
  data: LogIdentified.toJSON({ logId: randomUUID() }),
});

function groupOf(id: string): Written {
  const group = { id, projectId, name: "web" };
  return of("securityGroup", id, {
    type: "SecurityGroupCreated",
    data: topology.SecurityGroupCreated.fromPartial({ securityGroup: group }),
  });
}

/** A network's subnet has its id: in streams of different kinds they don't meet. */
function networkEvents(id: string, index: number): Written[] {
  const cidr = "10.0.0.0/16";
  const segment = { networkType: NetworkType.VXLAN, physicalNetwork: "", segmentationId: index + 1 };
  const pools = [{ first: "10.0.0.2", last: "10.0.255.254" }];
  const subnet: Partial<Subnet> = { id, projectId, networkId: id, cidr, gatewayIp: "10.0.0.1", allocationPools: pools };
  return [
    of("scope", id, { type: "ScopeOpened", data: ipam.ScopeOpened.fromPartial({ scopeId: id, projectId }) }),
    of("segmentRange", "vxlan", {
      type: "SegmentAllocated",
      data: topology.SegmentAllocated.fromPartial({ range: "vxlan", networkId: id, segmentationId: index + 1 }),
    }),
    of("network", id, {
      type: "NetworkCreated",
      data: topology.NetworkCreated.fromPartial({ network: { id, projectId, name: `n${index}`, mtu: 1450, segment } }),
    }),
    of("scope", id, { type: "CidrReserved", data: { scopeId: id, subnetId: id, cidr } }),
    of("subnet", id, { type: "SubnetCreated", data: ipam.SubnetCreated.fromPartial({ subnet }) }),
  ];
}

function portEvents(
  number: number,
  networkIds: readonly string[],
  securityGroupId: string,
  nodeId: string | undefined,
): Written[] {
  const networkId = networkIds[number % networkIds.length] ?? "";
  const host = 2 + Math.floor(number / networkIds.length);
  const ipAddress = `10.0.${host >> 8}.${host & 255}`;
  const macAddress = `fa:16:3e:${[number >> 16, (number >> 8) & 255, number & 255].map(hex).join(":")}`;
  const id = randomUUID();
  const port: Partial<Port> = {
    ...{ id, projectId, networkId, name: `port ${number}`, adminStateUp: true, macAddress, deviceId: randomUUID() },
    ...{ fixedIps: [{ subnetId: networkId, ipAddress }], securityGroupIds: [securityGroupId] },
  };
  const held = { subnetId: networkId, scopeId: networkId, ownerId: id, ipAddress };
  return [
    of("scope", networkId, { type: "MacAddressAllocated", data: { scopeId: networkId, ownerId: id, macAddress } }),
    of("subnet", networkId, { type: "AddressAllocated", data: ipam.AddressAllocated.fromPartial(held) }),
    of("port", id, {
      type: "PortCreated",
      data: topology.PortCreated.fromPartial({ port, portSecurityDecided: true }),
    }),
    ...(nodeId === undefined
      ? []
      : [of("port", id, { type: "PortBound", data: topology.PortBound.fromPartial({ portId: id, nodeId }) })]),
  ];
}

const hex = (byte: number): string => byte.toString(16).padStart(2, "0");

function appendOf({ stream, type, data }: Written, timeMs: number) {
  const correlationId = randomUUID();
  const metadata = {
    ...{ $correlationId: correlationId, $causationId: correlationId, service: ownerOf(stream) ?? "", epoch: 0 },
    ...{ timeMs, actor: "admin", projectId },
  };
  const event: ProposedEvent = {
    id: randomUUID(),
    type,
    contentType: "application/json",
    data: Buffer.from(JSON.stringify(data)),
    metadata: Buffer.from(JSON.stringify(metadata)),
  };
  return { kind: "append", stream, expected: "any", events: [event], eventId: randomUUID() } as const;
}
