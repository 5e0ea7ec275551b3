import type { NetlinkRequest, NetlinkSocket } from "../netlink/netlink-socket.ts";
import { findDevice } from "./find-device.ts";
import type { OpenNamespaces } from "./open-namespaces.ts";

/** @throws {NetlinkRefusal} */
export function order(socket: NetlinkSocket, request: NetlinkRequest): void {
  const [refusal] = socket.run([request]);
  if (refusal !== undefined) throw refusal;
}

/** An operation that is one order about a device, which the kernel knows by its index. */
export function aboutDevice<O extends { readonly netns: string; readonly device: string }>(
  request: (operation: O, index: number) => NetlinkRequest,
): (operation: O, open: OpenNamespaces) => void {
  return (operation, open) => {
    const socket = open.routing(operation.netns);
    order(socket, request(operation, findDevice(socket, operation.device).index));
  };
}
