import type { Command, DomainEvent, Executed } from "@rhumbline/event-sourcing";
import type { AddressWish } from "@rhumbline/proto/rhumbline/ipam/v1/allocation_service";
import { type Port, PortStatus } from "@rhumbline/proto/rhumbline/topology/v1/port";
import type { Logger } from "@rhumbline/telemetry";
import { decidePort } from "../../port/decide.ts";
import type { PortEvent } from "../../port/events.ts";
import type { PortState } from "../../port/state.ts";
import { ports, type TopologyState } from "../../read-model/state.ts";
import { carryOut, type Effects } from "../effects.ts";
import { finishing } from "../finishing.ts";
import { noStamps } from "../request-fields.ts";
import type { BackgroundCall } from "../sweep/background-call.ts";

/** A port that a router, floating IP or DHCP server owns. */
export interface DevicePortWish {
  readonly id: string;
  readonly projectId: string;
  readonly networkId: string;
  readonly deviceId: string;
  readonly deviceOwner: string;
  /** Empty: one of the network's first subnet of each IP version. */
  readonly addresses: readonly AddressWish[];
  /** They give way when their subnet is deleted. */
  readonly yieldsToSubnetDeletion?: boolean;
  /** The field of the caller's request that one of ipam's is from. Absent: none is. */
  readonly asked?: (field: string) => string;
}

interface Tools {
  readonly call: BackgroundCall;
  readonly effects: Effects;
  readonly log: Logger;
}

/** Makes the port and gives it to its owner at once, where the log can; else the port first: a crash between leaves one that its
 *  owner does not have, and the sweep takes it away. What is allocated goes where the owner is refused it. Whoever calls holds
 *  the guards of the network and of the port.
 *  @param giving what gives the owner its port. */
export function withDevicePort<A, E extends DomainEvent>(
  wish: DevicePortWish,
  tools: Tools,
  giving: (port: Port) => Command<TopologyState, A, E>,
): Promise<Executed<A>> {
  return allocated(wish, tools, async (port) => {
    const [, given] = await tools.effects.executeTogether(making(port, tools.call), giving(port));
    return given;
  });
}

/** As `withDevicePort`, of a port that nothing refers to. */
export async function makeDevicePort(wish: DevicePortWish, tools: Tools): Promise<void> {
  await allocated(wish, tools, async (port) => {
    await carryOut(tools.effects, making(port, tools.call));
  });
}

const making = (port: Port, call: BackgroundCall): Command<TopologyState, PortState, PortEvent> => ({
  aggregate: ports,
  id: port.id,
  decide: (present) => decidePort({ type: "CreatePort", port }, present),
  context: call.step(port.projectId),
});

/** Has ipam give the port its MAC and addresses, and take them back where it comes to nothing. */
async function allocated<T>(
  wish: DevicePortWish,
  { call, effects, log }: Tools,
  make: (port: Port) => Promise<T>,
): Promise<T> {
  const { addresses: wished, yieldsToSubnetDeletion = false, asked, ...port } = wish;
  const { networkId, id: ownerId } = port;
  const allocation = {
    networkId,
    ownerId,
    macAddress: "",
    addresses: wished,
    yieldsToSubnetDeletion,
    ...(asked && { asked }),
  };
  const { macAddress, addresses } = await effects.allocate(allocation, call);
  const fixedIps = addresses.map(({ subnetId, ipAddress }) => ({ subnetId, ipAddress }));
  try {
    return await make({ ...blankPort, ...port, macAddress, fixedIps });
  } catch (error) {
    await finishing(log, { portId: wish.id }, () => removeDevicePort(wish, call, effects));
    throw error;
  }
}

/** Takes away a port that its router or floating IP has let go. */
export async function removeDevicePort(
  { id, networkId, projectId }: Pick<Port, "id" | "networkId" | "projectId">,
  call: BackgroundCall,
  effects: Effects,
): Promise<void> {
  const command = { type: "DeleteDevicePort", portId: id } as const;
  await effects.execute(ports, id, (port) => decidePort(command, port), call.step(projectId));
  await effects.release(networkId, id, call);
}

const blankPort: Port = {
  id: "",
  projectId: "",
  networkId: "",
  name: "",
  description: "",
  adminStateUp: true,
  macAddress: "",
  fixedIps: [],
  deviceId: "",
  deviceOwner: "",
  binding: undefined,
  status: PortStatus.UNSPECIFIED,
  statusReason: "",
  securityGroupIds: [],
  portSecurityDisabled: false,
  extraDhcpOptions: [],
  dnsName: "",
  noSecurityGroups: false,
  allowedAddressPairs: [],
  tags: [],
  ...noStamps,
};
