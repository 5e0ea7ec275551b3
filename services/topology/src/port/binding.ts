import { instanceDevice } from "@rhumbline/net";
import type { BindPort, WantedBinding } from "./commands.ts";
import { DeviceInUse, PortBoundElsewhere } from "./errors.ts";
import type { PortEvent } from "./events.ts";
import type { ActivePort, Port } from "./state.ts";

/** @throws {PortBoundElsewhere} {DeviceInUse} */
export function bindPort({ binding, presentNodeName }: BindPort, { id, port }: ActivePort): PortEvent[] {
  const present = port.binding;
  if (present !== undefined && present.host !== binding.nodeId)
    throw new PortBoundElsewhere(id, present.device, presentNodeName);
  return movePort(binding, port);
}

/** One event even from node to node: no node ever reads that the port is nowhere.
 *  @throws {DeviceInUse} */
export function movePort({ nodeId, device: wanted, heldBy, nodeName }: WantedBinding, port: Port): PortEvent[] {
  const present = port.binding?.host === nodeId ? port.binding.device : undefined;
  const device = wanted || present || instanceDevice(port.id);
  if (device === present) return []; // asked twice: nothing to do
  if (heldBy !== undefined) throw new DeviceInUse(device, nodeName, heldBy);
  return [{ type: "PortBound", data: { portId: port.id, nodeId, device } }];
}

export const unbindPort = ({ id: portId, port: { binding } }: ActivePort): PortEvent[] =>
  binding === undefined ? [] : [{ type: "PortUnbound", data: { portId, nodeId: binding.host } }];
