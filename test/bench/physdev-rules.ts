import { hostEnd } from "../../services/node-agent/src/desired/device-names.ts";
import { sampleId } from "../../services/node-agent/src/kernel/contract/sample-state.ts";

/** The rules that Neutron's iptables driver makes for so many ports (iptables_firewall.py): each has a chain for what it
 *  sends, one for what it gets and one for whom it may send as, and a packet is led past the ports one by one.
 *  @returns what iptables-restore reads. The first two ports come last, as ports do that were made first. */
export function physdevRules(numbers: readonly number[]): string {
  const ports = numbers.toReversed().map(portOf);
  return [
    "*raw",
    ...ports.map(({ device }) => `-A PREROUTING -m physdev --physdev-in ${device} -j CT --zone 1`),
    "COMMIT",
    "*filter",
    ":sg-chain -",
    ...ports.flatMap(({ number }) => [`:i${number} -`, `:o${number} -`, `:s${number} -`]),
    ...ports.flatMap(rulesOf),
    "-A sg-chain -j ACCEPT",
    "COMMIT",
    "",
  ].join("\n");
}

interface Port {
  readonly number: number;
  readonly device: string;
}

const portOf = (number: number): Port => ({ number, device: hostEnd(sampleId("c", number)) });

function rulesOf({ number, device }: Port): string[] {
  const established = "-m state --state RELATED,ESTABLISHED -j RETURN";
  return [
    `-A FORWARD -m physdev --physdev-out ${device} --physdev-is-bridged -j sg-chain`,
    `-A FORWARD -m physdev --physdev-in ${device} --physdev-is-bridged -j sg-chain`,
    `-A sg-chain -m physdev --physdev-out ${device} --physdev-is-bridged -j i${number}`,
    `-A sg-chain -m physdev --physdev-in ${device} --physdev-is-bridged -j o${number}`,
    `-A s${number} -s 10.0.1.${number}/32 -j RETURN`,
    `-A s${number} -j DROP`,
    `-A o${number} -j s${number}`,
    `-A o${number} ${established}`,
    `-A o${number} -j RETURN`,
    `-A i${number} ${established}`,
    ...[22, 80, 443, 5201, 8080].map((port) => `-A i${number} -p tcp --dport ${port} -j RETURN`),
    `-A i${number} -p udp --dport 9 -j RETURN`,
    `-A i${number} -j DROP`,
  ];
}
