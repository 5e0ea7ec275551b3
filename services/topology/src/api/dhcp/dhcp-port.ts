import { caughtUp } from "@rhumbline/service";
import { decidePort } from "../../port/decide.ts";
import { deviceOwners } from "../../port/device-owner.ts";
import type { ActivePort } from "../../port/state.ts";
import { dhcpDeviceId, dhcpPortOf, dhcpSubnetIds } from "../../read-model/dhcp.ts";
import { ports } from "../../read-model/state.ts";
import type { TopologyContext } from "../context.ts";
import { realEffects } from "../effects.ts";
import { guards } from "../guard-names.ts";
import { makeDevicePort, removeDevicePort } from "../port/device-port.ts";
import { without } from "../port/fixed-ips.ts";
import type { BackgroundCall } from "../sweep/background-call.ts";
import { dhcpPortId } from "./dhcp-port-id.ts";

/** Gives the port of a network's DHCP server the addresses that it should have: one in each subnet with DHCP. It is made
 *  with the first of them and taken away with the last, and no caller's. What is to be done is looked at once more while
 *  the guards are held. */
export async function settleDhcpPort(context: TopologyContext, networkId: string, call: BackgroundCall): Promise<void> {
  const { fold, follower, replica, guards: held } = context;
  const id = dhcpPortId(networkId);
  await held.hold({ exclusive: [guards.network(networkId), guards.port(id)] }, async () => {
    await caughtUp(follower);
    if (replica.epoch() === undefined || !fold.state.dhcpDue.has(networkId)) return;
    const present = dhcpPortOf(fold.state, networkId);
    const wanted = dhcpSubnetIds(fold.state, networkId);
    if (wanted.length > 0 && present !== undefined) await readdress(context, present, wanted, call);
    else if (wanted.length > 0) await make(context, networkId, wanted, call);
    else if (present !== undefined) await removeDevicePort(present.port, call, realEffects(context));
    context.log.info({ networkId, portId: id, subnets: wanted }, "settled the addresses of a DHCP server");
  });
}

const wishes = (subnetIds: readonly string[]) =>
  subnetIds.map((subnetId) => ({ subnetId, ipAddress: "", gateway: false }));

async function make(
  context: TopologyContext,
  networkId: string,
  subnetIds: readonly string[],
  call: BackgroundCall,
): Promise<void> {
  const projectId = context.fold.state.networks.get(networkId)?.network.projectId ?? "";
  const device = { deviceId: dhcpDeviceId(networkId), deviceOwner: deviceOwners.dhcp };
  const port = { id: dhcpPortId(networkId), projectId, networkId, ...device };
  const wish = { ...port, addresses: wishes(subnetIds), yieldsToSubnetDeletion: true };
  await makeDevicePort(wish, { call, effects: realEffects(context), log: context.log });
}

/** New addresses before, old ones after: a crash between leaves it with more in ipam than it has, which the sweep takes back. */
async function readdress(
  context: TopologyContext,
  { id, port }: ActivePort,
  subnetIds: readonly string[],
  call: BackgroundCall,
): Promise<void> {
  const effects = realEffects(context);
  const { networkId, macAddress } = port;
  const wish = { networkId, ownerId: id, macAddress, addresses: wishes(subnetIds), yieldsToSubnetDeletion: true };
  const given = await effects.allocate(wish, call);
  const fixedIps = given.addresses
    .filter(({ subnetId }) => subnetIds.includes(subnetId))
    .map(({ subnetId, ipAddress }) => ({ subnetId, ipAddress }));
  const command = { type: "UpdateDevicePort", portId: id, fixedIps } as const;
  await effects.execute(ports, id, (present) => decidePort(command, present), call.step(port.projectId));
  const left = without(given.addresses, fixedIps);
  await effects.releaseAddresses(networkId, id, left, call);
}
