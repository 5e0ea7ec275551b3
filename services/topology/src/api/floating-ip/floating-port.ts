import type { Command, DomainEvent, Executed } from "@rhumbline/event-sourcing";
import { failureOf } from "@rhumbline/grpc";
import type { FloatingIp } from "@rhumbline/proto/rhumbline/topology/v1/floating_ip";
import type { Port } from "@rhumbline/proto/rhumbline/topology/v1/port";
import type { MutationCall } from "@rhumbline/service";
import { deviceOwners } from "../../port/device-owner.ts";
import type { TopologyState } from "../../read-model/state.ts";
import type { TopologyContext } from "../context.ts";
import type { Effects } from "../effects.ts";
import { withDevicePort } from "../port/device-port.ts";
import { requireSubnets } from "../require-external.ts";

/** Makes the port that holds a floating IP's address: the address that is wished for, or one of the first IPv4 subnet
 *  that has any left. */
export async function withFloatingPort<A, E extends DomainEvent>(
  context: TopologyContext,
  { id, projectId, floatingNetworkId: networkId, floatingIpAddress, floatingPortId }: FloatingIp,
  { call, effects }: { call: MutationCall; effects: Effects },
  giving: (port: Port) => Command<TopologyState, A, E>,
): Promise<Executed<A>> {
  const subnetIds = await requireSubnets(context, networkId, "IPv4");
  const candidates = floatingIpAddress === "" ? subnetIds : [""];
  for (const [i, subnetId] of candidates.entries()) {
    const wish = {
      id: floatingPortId,
      projectId,
      networkId,
      deviceId: id,
      deviceOwner: deviceOwners.floatingIp,
      addresses: [{ subnetId, ipAddress: floatingIpAddress, gateway: false }],
      asked: () => "floating_ip.floating_ip_address",
    };
    try {
      return await withDevicePort(wish, { call, effects, log: context.log }, giving);
    } catch (error) {
      const exhausted = failureOf(error)?.reason === "IP_ADDRESSES_EXHAUSTED";
      if (!exhausted || i === candidates.length - 1) throw error;
    }
  }
  throw new TypeError(`network ${networkId} has no subnet to try`);
}
