import { instanceDevice } from "@rhumbline/net";
import type { StartPortMove } from "./commands.ts";
import { DeviceInUse, PortMoving, PortNotBound, PortNotMoving } from "./errors.ts";
import type { PortEvent } from "./events.ts";
import type { ActivePort } from "./state.ts";

/** Neutron moves a port in two steps too: a binding on the other host that is not active yet, and its activation.
 *  @throws {PortNotBound} {PortMoving} {DeviceInUse} */
export function startMove({ binding: wanted }: StartPortMove, { id, port: { binding } }: ActivePort): PortEvent[] {
  if (binding === undefined) throw new PortNotBound(id);
  const { host, move } = binding;
  if (host === wanted.nodeId) return []; // it is there
  if (move !== undefined && move.host === wanted.nodeId && [move.device, ""].includes(wanted.device)) return [];
  if (move !== undefined) throw new PortMoving(id, move.device, move.host);
  const device = wanted.device || instanceDevice(id);
  if (wanted.heldBy !== undefined) throw new DeviceInUse(device, wanted.nodeName, wanted.heldBy);
  return [{ type: "PortMoveStarted", data: { portId: id, fromNodeId: host, toNodeId: wanted.nodeId, device } }];
}

/** @throws {PortNotMoving} */
export function finishMove({ id: portId, port: { binding } }: ActivePort): PortEvent[] {
  const move = binding?.move;
  if (move === undefined) throw new PortNotMoving(portId);
  return [{ type: "PortBound", data: { portId, nodeId: move.host, device: move.device } }];
}

export function abortMove({ id: portId, port: { binding } }: ActivePort): PortEvent[] {
  const move = binding?.move;
  return move === undefined ? [] : [{ type: "PortMoveAborted", data: { portId, toNodeId: move.host } }];
}
