import type { Operation } from "../../plan/operation.ts";

/** The operations that the native driver does itself. Known without loading what it does them with. */
const nativeKinds = [
  "add-namespace",
  "add-bridge",
  "add-vxlan",
  "set-tunnel-ip",
  "set-bridge-port",
  "add-veth",
  "add-macvlan",
  "add-vlan",
  "add-patch",
  "set-link",
  "write-sysctl",
  "add-address",
  "replace-route",
  "delete-flows",
  "delete-connections",
  "mark-connections",
  "add-flood-peer",
  "set-forwarding",
  "set-delivery",
  "set-neighbour",
  "announce",
  "delete-neighbour",
  "delete-forwarding",
  "delete-flood-peer",
  "delete-address",
  "delete-route",
  "delete-link",
  "drop-namespace",
] as const satisfies readonly Operation["kind"][];

export type NativeKind = (typeof nativeKinds)[number];
export type NativeOperation = Extract<Operation, { readonly kind: NativeKind }>;

const kinds: ReadonlySet<Operation["kind"]> = new Set(nativeKinds);
export const isNative = (operation: Operation): operation is NativeOperation => kinds.has(operation.kind);
