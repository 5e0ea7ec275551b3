import { type Caller, isAdmin } from "@rhumbline/grpc";
import { formatIpProtocol } from "@rhumbline/net";
import type {
  ExplainPortResponse,
  PortVerdict as WirePortVerdict,
  TrafficVerdict as WireVerdict,
} from "@rhumbline/proto/rhumbline/scheduler/v1/port_explanation_service";
import { Direction, SecurityGroupRule } from "@rhumbline/proto/rhumbline/topology/v1/security_group";
import type { MissingRule, PortVerdict } from "../explanation/judge-port.ts";
import type { TrafficVerdict } from "../explanation/judge-traffic.ts";

type Explanation = Omit<ExplainPortResponse, "position" | "given">;

/** Which nodes there are is the operator's to know. */
export function explanationSeenBy(caller: Caller, explanation: Explanation): Explanation {
  const { place } = explanation;
  if (isAdmin(caller) || place === undefined) return explanation;
  const nowhere = { nodeId: "", nodeName: "", movingToNodeId: "", movingToNodeName: "", device: "", bridge: "" };
  const unsaid = { ...nowhere, physicalNetwork: "", missingUnderlayBytes: 0 };
  return { ...explanation, place: { ...place, ...unsaid }, forwarders: [] };
}

export function verdictView({ passes, way, ports }: TrafficVerdict): WireVerdict {
  return { passes, hasWay: way.exists, way: way.text, ports: ports.map(portVerdictView) };
}

function portVerdictView({ portId, direction, passes, reason, rules, missing }: PortVerdict): WirePortVerdict {
  return {
    portId,
    direction: directions[direction],
    passes,
    reason,
    rules: rules.map((rule) => ({ ...rule })),
    missingRule: missing && ruleView(missing),
    missingInSecurityGroupId: missing?.securityGroupId ?? "",
  };
}

function ruleView({ direction, packet, remoteIpPrefix }: MissingRule): SecurityGroupRule {
  const { family, protocol, destinationPort, icmp } = packet;
  return SecurityGroupRule.fromPartial({
    direction: directions[direction],
    etherType: `ipv${family}`,
    protocol: formatIpProtocol(protocol),
    portRangeMin: destinationPort,
    portRangeMax: destinationPort,
    ...(icmp && { icmpType: icmp.type }),
    remoteIpPrefix,
  });
}

const directions = { ingress: Direction.INGRESS, egress: Direction.EGRESS } as const;
