import { runToEnd } from "../hosts/enter-host.ts";
import type { LabHost } from "../hosts/host.ts";
import { CommandFailed } from "../hosts/place.ts";
import { externalNetwork, type HostPlan, underlay } from "../lab-plan.ts";
import { batch, externalBridge, letBridgesBe, underlayBridge } from "./fabric.ts";

/** Cables a host to the fabric: `eth0` to the underlay and, where planned, `eth1` to the external network. The bridge
 *  `br-ex` around eth1 is what an operator prepares; an agent never makes or deletes it. */
export async function plugHost(fabric: LabHost, host: LabHost, plan: HostPlan): Promise<void> {
  await letBridgesBe(host);
  await cable(fabric, host, "eth0", underlayBridge, underlay.mtu);
  await batch(host, [`address add ${plan.address}/${underlay.prefixLength} dev eth0`, "link set eth0 up"]);
  if (!plan.external) return;
  await cable(fabric, host, "eth1", externalBridge, 1500);
  await batch(host, [
    `link add ${externalNetwork.bridge} type bridge stp_state 0 forward_delay 0 mcast_snooping 0`,
    `link set eth1 master ${externalNetwork.bridge} up`,
    `link set ${externalNetwork.bridge} up`,
  ]);
}

/** Only the fabric's network is entered, not its processes: the kernel looks the host's pid up in the caller's pid
 *  namespace. */
async function cable(fabric: LabHost, host: LabHost, device: string, bridge: string, mtu: number): Promise<void> {
  const far = `${host.name}-${device}`;
  const commands = [
    `link add ${far} mtu ${mtu} type veth peer name ${device} mtu ${mtu} netns ${host.pid}`,
    `link set ${far} master ${bridge} up`,
  ];
  const argv = ["ip", "-batch", "-"];
  const result = await runToEnd(["nsenter", `--target=${fabric.pid}`, "--net", ...argv], {
    input: `${commands.join("\n")}\n`,
  });
  if (result.code !== 0) throw new CommandFailed(fabric.title, argv, result);
}
