import { NotFound } from "@rhumbline/event-sourcing";
import { decidePortForwarding, deleteAllPortForwardings, portForwardingsOf } from "../port-forwarding/decide.ts";
import { changedFields } from "../resource/fields.ts";
import { requireEtag } from "../resource/stamped.ts";
import type { AssociationWanted, CreateFloatingIp, FloatingIpCommand, UpdateFloatingIp } from "./commands.ts";
import { FixedIpHasFloatingIp, FloatingIpForwardsPorts } from "./errors.ts";
import type { FloatingIpEvent } from "./events.ts";
import { type ActiveFloatingIp, type Association, type FloatingIpState, floatingIpFields } from "./state.ts";

/** @throws {NotFound} {EtagMismatch} {FixedIpHasFloatingIp} {FloatingIpForwardsPorts} and what decidePortForwarding does */
export function decideFloatingIp(command: FloatingIpCommand, floatingIp: FloatingIpState): FloatingIpEvent[] {
  switch (command.type) {
    case "CreateFloatingIp":
      return createFloatingIp(command, floatingIp);
    case "UpdateFloatingIp":
      return updateFloatingIp(command, requireFloatingIp(command.floatingIpId, floatingIp));
    case "DisassociateFloatingIp":
      if (floatingIp.status === "absent" || floatingIp.association?.portId !== command.portId) return [];
      return disassociate(floatingIp);
    case "DeleteFloatingIp": {
      const present = requireFloatingIp(command.floatingIpId, floatingIp);
      requireEtag("floating IP", present.id, command.etag, present);
      const released = [...disassociate(present), ...deleteAllPortForwardings(present)];
      return [...released, { type: "FloatingIpDeleted", data: { floatingIpId: present.id } }];
    }
    case "DeletePortForwardingsTo":
      return floatingIp.status === "absent" ? [] : decidePortForwarding(command, floatingIp);
    default:
      return decidePortForwarding(command, requireFloatingIp(command.floatingIpId, floatingIp));
  }
}

function createFloatingIp({ floatingIp, association }: CreateFloatingIp, present: FloatingIpState): FloatingIpEvent[] {
  if (present.status === "active") return []; // asked twice: nothing to do
  const created: FloatingIpEvent = { type: "FloatingIpCreated", data: { floatingIp } };
  return association === undefined ? [created] : [created, associate(floatingIp.id, association)];
}

function updateFloatingIp(command: UpdateFloatingIp, present: ActiveFloatingIp): FloatingIpEvent[] {
  const { values, fields, association, etag } = command;
  requireEtag("floating IP", present.id, etag, present);
  const changed = changedFields(present.floatingIp, values, fields, floatingIpFields);
  const moved = association === "keep" ? [] : move(association, present);
  if (changed.length === 0) return moved;
  return [{ type: "FloatingIpUpdated", data: { floatingIpId: present.id, floatingIp: values, changed } }, ...moved];
}

function move(wanted: AssociationWanted | "clear", present: ActiveFloatingIp): FloatingIpEvent[] {
  if (wanted === "clear") return disassociate(present);
  if (present.association !== undefined && sameAssociation(present.association, wanted)) return [];
  const forwarded = portForwardingsOf(present).map(({ id }) => id);
  if (forwarded.length > 0) throw new FloatingIpForwardsPorts(present.id, forwarded);
  return [...disassociate(present), associate(present.id, wanted)];
}

function associate(floatingIpId: string, { heldBy, ...association }: AssociationWanted): FloatingIpEvent {
  if (heldBy !== undefined && heldBy !== floatingIpId)
    throw new FixedIpHasFloatingIp(association.portId, association.fixedIpAddress, heldBy);
  return { type: "FloatingIpAssociated", data: { floatingIpId, ...association } };
}

function disassociate({ id: floatingIpId, association }: ActiveFloatingIp): FloatingIpEvent[] {
  if (association === undefined) return [];
  const { portId, routerId } = association;
  return [{ type: "FloatingIpDisassociated", data: { floatingIpId, portId, routerId } }];
}

const sameAssociation = (a: Association, b: Association): boolean =>
  a.portId === b.portId && a.fixedIpAddress === b.fixedIpAddress && a.routerId === b.routerId;

function requireFloatingIp(id: string, floatingIp: FloatingIpState): ActiveFloatingIp {
  if (floatingIp.status === "absent") throw new NotFound("floating IP", id);
  return floatingIp;
}
