import type { FirstPacket, IpAddress } from "@rhumbline/net";
import type { Compiled } from "../compile/state.ts";
import type { Port } from "../logical-network/state.ts";
import { judgePort, type PortVerdict } from "./judge-port.ts";
import { familyOf, type Question } from "./question.ts";
import { addressOf, type Way, wayOf } from "./way.ts";

export interface TrafficVerdict {
  readonly passes: boolean;
  readonly way: Way;
  /** The port and, where the other end is one, that. */
  readonly ports: readonly PortVerdict[];
}

/** What becomes of a packet, as far as desired state decides it. */
export function judgeTraffic(state: Compiled, portId: string, port: Port, question: Question): TrafficVerdict {
  const { direction, other } = question;
  const family = familyOf(other);
  const { protocol, destinationPort, icmp } = question;
  const packet = (remote: IpAddress | undefined): FirstPacket => ({ family, protocol, destinationPort, icmp, remote });
  const way = wayOf(state, port, question);
  const remoteAddress = other.kind === "outside" ? undefined : other.address;
  const ports = [judgePort(state, [portId, port], direction, packet(remoteAddress))];
  const remote = other.kind === "port" ? state.ports.get(other.portId) : undefined;
  if (other.kind === "port" && remote !== undefined) {
    const back = direction === "ingress" ? "egress" : "ingress";
    ports.push(judgePort(state, [other.portId, remote], back, packet(addressOf(port, family))));
  }
  return { passes: way.exists && ports.every(({ passes }) => passes), way, ports };
}
