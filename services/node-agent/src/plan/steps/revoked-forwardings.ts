import { internalPortOf } from "../../rules/port-forwarding-rules.ts";
import type { PortForwardingTranslation } from "../../rules/router-translation.ts";
import type { ForwardedPorts } from "../operation.ts";

interface Socket {
  readonly fixedIp: string;
  readonly port: number;
}

/** Where the router sends what comes to a port of a floating IP; undefined: nowhere. */
export function forwardedTo(
  granted: readonly PortForwardingTranslation[],
  floatingIp: string,
  protocol: string,
  port: number,
): Socket | undefined {
  const found = granted.find(
    (one) =>
      one.floatingIp === floatingIp &&
      one.protocol === protocol &&
      one.externalPorts.first <= port &&
      port <= one.externalPorts.last,
  );
  return found && { fixedIp: found.fixedIp, port: internalPortOf(found, port) };
}

/** Ports that standing rules forward and the router doesn't forward so: not those that it goes on to, of a range that
 *  only became shorter or longer. */
export function revokedForwardings(
  standing: readonly PortForwardingTranslation[],
  granted: readonly PortForwardingTranslation[],
): ForwardedPorts[] {
  return standing.flatMap((each) =>
    granted.some((one) => sameForwarding(one, each)) ? [] : revokedPorts(each, granted),
  );
}

function sameForwarding(a: PortForwardingTranslation, b: PortForwardingTranslation): boolean {
  return (
    a.floatingIp === b.floatingIp &&
    a.fixedIp === b.fixedIp &&
    a.protocol === b.protocol &&
    a.externalPorts.first === b.externalPorts.first &&
    a.externalPorts.last === b.externalPorts.last &&
    a.internalPorts.first === b.internalPorts.first &&
    a.internalPorts.last === b.internalPorts.last
  );
}

/** In as few ranges as there are. */
function revokedPorts(
  standing: PortForwardingTranslation,
  granted: readonly PortForwardingTranslation[],
): ForwardedPorts[] {
  const { floatingIp: from, fixedIp: to, protocol, externalPorts } = standing;
  const ofAddress = granted.filter((one) => one.floatingIp === from && one.protocol === protocol);
  const revoked: ForwardedPorts[] = [];
  for (let port = externalPorts.first; port <= externalPorts.last; port++) {
    const now = forwardedTo(ofAddress, from, protocol, port);
    if (now?.fixedIp === to && now.port === internalPortOf(standing, port)) continue;
    const before = revoked.at(-1);
    if (before?.last === port - 1) revoked[revoked.length - 1] = { ...before, last: port };
    else revoked.push({ kind: "ports", protocol, from, to, first: port, last: port });
  }
  return revoked;
}
