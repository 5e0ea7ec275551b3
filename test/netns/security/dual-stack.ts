import type { LabInstance } from "@rhumbline/infra/lab";
import {
  desiredState,
  filteredBy,
  instancePort,
  rule,
  securityGroup,
  tenantNetwork,
} from "../../../services/node-agent/src/kernel/contract/sample-state.ts";

type Entry = ReturnType<typeof instancePort>;

/** Addresses of instance <number> in network 1. */
export const v4 = (number: number): string => `10.0.1.${number}`;
export const v6 = (number: number): string => `2001:db8:0:1::${number}`;
export const macOf = (number: number): string => `fa:16:3e:00:01:${number}`;
export const addressesOf = (number: number) => ({ ipAddresses: [v4(number), v6(number)] });

export const everythingOut = [rule(1, { ingress: false }), rule(2, { ingress: false, ipv6: true })];
const everythingIn = [rule(3), rule(4, { ipv6: true })];

/** Instances 11 and 12 of one network, whose groups let everything in and out: what is kept from them is what nobody may
 *  send. */
export const openPair = (...others: readonly Entry[]) =>
  desiredState(
    tenantNetwork(1),
    instancePort(11, 1, { ...filteredBy(1), ...addressesOf(11) }),
    instancePort(12, 1, { ...filteredBy(1), ...addressesOf(12) }),
    securityGroup(1, ...everythingOut, ...everythingIn),
    ...others,
  );

/** Gives the instance its IPv6 address, at once and without asking whether somebody has it. */
export async function speakIpv6(instance: LabInstance, number: number): Promise<void> {
  await instance.output(["sysctl", "-qw", "net.ipv6.conf.eth0.accept_dad=0", "net.ipv6.conf.eth0.disable_ipv6=0"]);
  await instance.output(["ip", "address", "add", `${v6(number)}/64`, "dev", "eth0", "nodad"]);
}

export const pings = async (from: LabInstance, address: string, ...options: readonly string[]): Promise<boolean> =>
  (await from.run(["ping", "-n", "-q", "-c2", "-i0.2", "-W1", ...options, address])).code === 0;
