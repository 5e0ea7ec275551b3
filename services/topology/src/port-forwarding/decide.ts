import { NotFound } from "@rhumbline/event-sourcing";
import type { ActiveFloatingIp } from "../floating-ip/state.ts";
import { changedFields, withFields } from "../resource/fields.ts";
import { requireEtag } from "../resource/stamped.ts";
import type { PortForwardingCommand, UpdatePortForwarding } from "./commands.ts";
import { FloatingIpAssociated, PortForwardingNeedsOtherRouter, PortForwardingOverlaps } from "./errors.ts";
import type { PortForwardingEvent } from "./events.ts";
import { changeableFields, type PortForwarding, type StampedPortForwarding } from "./state.ts";

/** @throws {NotFound} {EtagMismatch} and what errors.ts names */
export function decidePortForwarding(
  command: PortForwardingCommand,
  floatingIp: ActiveFloatingIp,
): PortForwardingEvent[] {
  switch (command.type) {
    case "CreatePortForwarding":
      return createPortForwarding(command.portForwarding, floatingIp);
    case "UpdatePortForwarding":
      return updatePortForwarding(command, floatingIp);
    case "DeletePortForwarding": {
      const present = requirePortForwarding(command.portForwardingId, floatingIp);
      requireEtag("port forwarding", present.id, command.etag, present);
      return [deleted(present)];
    }
    case "DeletePortForwardingsTo":
      return portForwardingsOf(floatingIp)
        .filter(({ portForwarding }) => portForwarding.internalPortId === command.portId)
        .map(deleted);
    default:
      return command satisfies never;
  }
}

/** For a floating IP that goes away. */
export const deleteAllPortForwardings = (floatingIp: ActiveFloatingIp): PortForwardingEvent[] =>
  portForwardingsOf(floatingIp).map(deleted);

export const portForwardingsOf = ({ portForwardings }: ActiveFloatingIp): StampedPortForwarding[] =>
  [...portForwardings.entries()].map(([, one]) => one);

function createPortForwarding(portForwarding: PortForwarding, floatingIp: ActiveFloatingIp): PortForwardingEvent[] {
  if (floatingIp.portForwardings.has(portForwarding.id)) return []; // asked twice: nothing to do
  const { association } = floatingIp;
  if (association !== undefined) throw new FloatingIpAssociated(floatingIp.id, association.portId);
  requireFitting(portForwarding, floatingIp);
  return [{ type: "PortForwardingCreated", data: { portForwarding } }];
}

function updatePortForwarding(
  { portForwardingId, values, fields, etag }: UpdatePortForwarding,
  floatingIp: ActiveFloatingIp,
): PortForwardingEvent[] {
  const present = requirePortForwarding(portForwardingId, floatingIp);
  requireEtag("port forwarding", present.id, etag, present);
  const changed = changedFields(present.portForwarding, values, [...fields, "router_id"], changeableFields);
  if (changed.length === 0) return [];
  requireFitting(withFields(present.portForwarding, values, changed, changeableFields), floatingIp);
  return [{ type: "PortForwardingUpdated", data: { portForwardingId, portForwarding: values, changed } }];
}

/** Every packet has one way to go: external ports lie apart, and one router holds the address. */
function requireFitting(wanted: PortForwarding, floatingIp: ActiveFloatingIp): void {
  for (const { id, portForwarding } of portForwardingsOf(floatingIp)) {
    if (id === wanted.id) continue;
    if (portForwarding.routerId !== wanted.routerId)
      throw new PortForwardingNeedsOtherRouter(wanted, portForwarding.routerId);
    if (overlap(wanted, portForwarding)) throw new PortForwardingOverlaps(wanted, portForwarding);
  }
}

function overlap(a: PortForwarding, b: PortForwarding): boolean {
  const [ofA, ofB] = [a.externalPorts, b.externalPorts];
  if (a.protocol !== b.protocol || ofA === undefined || ofB === undefined) return false;
  return ofA.first <= ofB.last && ofB.first <= ofA.last;
}

const deleted = ({ id, portForwarding }: StampedPortForwarding): PortForwardingEvent => ({
  type: "PortForwardingDeleted",
  data: { portForwardingId: id, floatingIpId: portForwarding.floatingIpId },
});

function requirePortForwarding(id: string, { portForwardings }: ActiveFloatingIp): StampedPortForwarding {
  const present = portForwardings.get(id);
  if (present === undefined) throw new NotFound("port forwarding", id);
  return present;
}
