import type { Stamp } from "@rhumbline/event-sourcing";
import { instanceDevice } from "@rhumbline/net";
import type { PortMove } from "@rhumbline/proto/rhumbline/topology/v1/port";
import { withFields } from "../resource/fields.ts";
import { carried, createdAt, updatedAt } from "../resource/stamped.ts";
import { isNetworkDevice } from "./device-owner.ts";
import type { PortEvent } from "./events.ts";
import { absentPort, type Port, type PortState, portFields } from "./state.ts";

export function evolvePort(state: PortState, event: PortEvent, stamp: Stamp): PortState {
  if (event.type === "PortCreated") {
    const given = carried(event.data.port, event.type);
    const port = event.data.portSecurityDecided ? given : { ...given, portSecurityDisabled: true };
    const madeForDevice = isNetworkDevice(port.deviceOwner);
    return { status: "active", id: port.id, port, madeForDevice, ...createdAt(stamp) };
  }
  // Only a created port has other events: decide sees to that.
  if (state.status === "absent") return state;
  switch (event.type) {
    case "PortUpdated": {
      const values = carried(event.data.port, event.type);
      return { ...state, port: withFields(state.port, values, event.data.changed, portFields), ...updatedAt(stamp) };
    }
    case "PortBound": {
      const { nodeId: host, device } = event.data;
      const binding = { host, device: device || instanceDevice(state.id), move: undefined };
      return { ...state, port: { ...state.port, binding }, ...updatedAt(stamp) };
    }
    case "PortMoveStarted": {
      const { toNodeId: host, device } = event.data;
      return { ...state, port: moving(state.port, { host, device }), ...updatedAt(stamp) };
    }
    case "PortMoveAborted":
      return { ...state, port: moving(state.port, undefined), ...updatedAt(stamp) };
    case "PortUnbound":
      return { ...state, port: { ...state.port, binding: undefined }, ...updatedAt(stamp) };
    case "PortDeleted":
      return absentPort;
    default:
      return event satisfies never;
  }
}

const moving = (port: Port, move: PortMove | undefined): Port =>
  port.binding === undefined ? port : { ...port, binding: { ...port.binding, move } };
