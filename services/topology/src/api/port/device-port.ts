import type { AddressWish } from "@rhumbline/proto/rhumbline/ipam/v1/allocation_service";
import { type Port, PortStatus } from "@rhumbline/proto/rhumbline/topology/v1/port";
import type { Logger } from "@rhumbline/telemetry";
import { decidePort } from "../../port/decide.ts";
import { ports } from "../../read-model/state.ts";
import type { Effects } from "../effects.ts";
import { finishing } from "../finishing.ts";
import { noStamps, requireActive } from "../request-fields.ts";
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

/** Makes the port, gives it to its owner, and takes it away again where the owner is refused it. Whoever calls holds the
 *  guards of the network and of the port. */
export async function withDevicePort<T>(
  wish: DevicePortWish,
  { call, effects, log }: { call: BackgroundCall; effects: Effects; log: Logger },
  give: (port: Port) => Promise<T>,
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
  const command = { type: "CreatePort", port: { ...blankPort, ...port, macAddress, fixedIps } } as const;
  try {
    const made = await effects.execute(
      ports,
      wish.id,
      (present) => decidePort(command, present),
      call.step(wish.projectId),
    );
    return await give(requireActive("port", wish.id, made.aggregate).port);
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
