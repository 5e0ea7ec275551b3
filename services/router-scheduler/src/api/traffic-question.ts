import { fieldChecks } from "@rhumbline/grpc";
import { hasPorts, parseIpAddress, parseIpProtocol } from "@rhumbline/net";
import type { Traffic } from "@rhumbline/proto/rhumbline/scheduler/v1/port_explanation_service";
import { Direction } from "@rhumbline/proto/rhumbline/topology/v1/security_group";
import type { OtherEnd, Question } from "../explanation/question.ts";
import { addressOf } from "../explanation/way.ts";
import type { Port } from "../logical-network/state.ts";

/** @throws {InvalidFields} */
export function requirePortId(portId: string): void {
  const checks = fieldChecks();
  checks.uuid("port_id", portId);
  checks.done();
}

/** Echo requests: what `ping` sends. */
const echoRequests: Readonly<Record<number, number>> = { 1: 8, 58: 128 };

/** @param portCalled of the id of the other end; throws for one that the caller may not know of.
 *  @throws {InvalidFields} */
export function checkedQuestion(traffic: Traffic, port: Port, portCalled: (id: string) => Port): Question {
  const checks = fieldChecks();
  const { direction, destinationPort, icmpType, icmpCode = 0 } = traffic;
  const inward = direction === Direction.INGRESS;
  checks.require(
    "traffic.direction",
    inward || direction === Direction.EGRESS,
    "is required: DIRECTION_INGRESS or DIRECTION_EGRESS",
  );
  const protocol = checks.parse("traffic.protocol", traffic.protocol, parseIpProtocol) ?? 0;
  const other = otherEnd(traffic, port, portCalled, checks);
  if (hasPorts(protocol))
    checks.require(
      "traffic.destination_port",
      destinationPort >= 1 && destinationPort <= 65_535,
      `is required with ${traffic.protocol}: 1 to 65535`,
    );
  else checks.require("traffic.destination_port", destinationPort === 0, `${traffic.protocol} has no ports`);
  const type = icmpType ?? echoRequests[protocol];
  checks.require(
    "traffic.icmp_type",
    icmpType === undefined || (echoRequests[protocol] !== undefined && icmpType <= 255 && icmpCode <= 255),
    "is for icmp and ipv6-icmp: 0 to 255, as is icmp_code",
  );
  checks.done();
  return {
    direction: inward ? "ingress" : "egress",
    other: other ?? { kind: "outside", family: 4 },
    protocol,
    destinationPort,
    icmp: type === undefined ? undefined : { type, code: icmpCode },
  };
}

/** Of another port the address that has the IP version of one of ours. */
function otherEnd(
  { otherEnd: end }: Traffic,
  port: Port,
  portCalled: (id: string) => Port,
  checks: ReturnType<typeof fieldChecks>,
): OtherEnd | undefined {
  if (end?.$case === "outside") return { kind: "outside", family: end.value.ipv6 ? 6 : 4 };
  if (end?.$case === "remoteAddress") {
    const address = checks.parse("traffic.remote_address", end.value, parseIpAddress);
    return address && { kind: "address", address };
  }
  if (end?.$case === "remotePortId") {
    requirePortId(end.value);
    const remote = portCalled(end.value);
    const both = ([4, 6] as const).find((family) => addressOf(port, family) && addressOf(remote, family));
    const address = both && addressOf(remote, both);
    checks.require(
      "traffic.remote_port_id",
      address !== undefined,
      "has no address of an IP version that the port has",
    );
    return address && { kind: "port", portId: end.value, address };
  }
  checks.require("traffic", false, "needs one of remote_address, remote_port_id and outside");
  return undefined;
}
