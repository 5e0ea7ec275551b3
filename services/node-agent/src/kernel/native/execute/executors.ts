import type { Announce, ChangeFilter, DeleteLink, DropNamespace, WriteSysctl } from "../../../plan/operation.ts";
import { addNamespace } from "../namespace/namespaces.ts";
import type { NativeOperation } from "../native-kinds.ts";
import { deleteAddress, newAddress } from "../route/address-messages.ts";
import { deleteRoute, replaceRoute } from "../route/route-messages.ts";
import { deleteConnections, deleteFlows, markConnections } from "./execute-flows.ts";
import { addBridge, addMacvlan, addPatch, addVeth, addVlan, setLink } from "./execute-link.ts";
import { overlayExecutors } from "./execute-overlay.ts";
import type { OpenNamespaces } from "./open-namespaces.ts";
import { aboutDevice, order } from "./order.ts";

/** Those of which several in a row are done together. */
export type TogetherOperation = ChangeFilter | DropNamespace | DeleteLink | Announce | WriteSysctl;

type OneByOne = Exclude<NativeOperation["kind"], TogetherOperation["kind"]>;

/** How each operation is done. Each throws in the kernel's words when that refuses. */
export const executors: {
  readonly [K in OneByOne]: (operation: Extract<NativeOperation, { readonly kind: K }>, open: OpenNamespaces) => void;
} = {
  ...overlayExecutors,
  "add-namespace": ({ netns }) => addNamespace(netns),
  "add-bridge": addBridge,
  "add-veth": addVeth,
  "add-macvlan": addMacvlan,
  "add-vlan": addVlan,
  "add-patch": addPatch,
  "set-link": setLink,
  "delete-flows": deleteFlows,
  "delete-connections": deleteConnections,
  "mark-connections": markConnections,
  "add-address": aboutDevice(({ address }, index) => newAddress(index, address)),
  "delete-address": aboutDevice(({ address }, index) => deleteAddress(index, address)),
  "replace-route": aboutDevice(({ nextHop, ...route }, index) => replaceRoute(route, nextHop, index)),
  "delete-route": ({ netns, ...route }, open) => order(open.routing(netns), deleteRoute(route)),
};
