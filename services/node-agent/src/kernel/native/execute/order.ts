import { NetlinkRefusal, type NetlinkRequest, type NetlinkSocket } from "../netlink/netlink-socket.ts";
import type { OpenNamespaces } from "./open-namespaces.ts";

/** @throws {NetlinkRefusal} */
export function order(socket: NetlinkSocket, request: NetlinkRequest): void {
  const [refusal] = socket.run([request]);
  if (refusal !== undefined) throw refusal;
}

const ENOENT = 2;

/** Orders that something goes. What is gone already is as good.
 *  @throws {NetlinkRefusal} */
export function orderAway(socket: NetlinkSocket, request: NetlinkRequest): void {
  try {
    order(socket, request);
  } catch (error) {
    if (!(error instanceof NetlinkRefusal) || error.errno !== ENOENT) throw error;
  }
}

/** An operation that is one order about a device, which the kernel knows by its index. */
export function aboutDevice<O extends { readonly netns: string; readonly device: string }>(
  request: (operation: O, index: number) => NetlinkRequest,
  give = order,
): (operation: O, open: OpenNamespaces) => void {
  return (operation, open) => {
    const index = open.indexOf(operation.netns, operation.device);
    give(open.routing(operation.netns), request(operation, index));
  };
}
