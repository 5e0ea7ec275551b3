import type { ChangeFilter, Operation } from "../../plan/operation.ts";
import { isOfNftables } from "../../security/filter-object.ts";

/** The kinds of operations that the native driver does itself. Known without loading what it does them with. */
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

type NativeKind = (typeof nativeKinds)[number];
/** Of a filter, those that are nftables' alone. */
export type NativeOperation = Extract<Operation, { readonly kind: NativeKind }> | ChangeFilter;

const kinds: ReadonlySet<Operation["kind"]> = new Set(nativeKinds);

/** Whether the native driver does it itself.
 *  @param hasNft whether it runs nft itself. */
export function isNative(operation: Operation, hasNft: boolean): operation is NativeOperation {
  if (operation.kind === "change-filter")
    return hasNft && operation.put.every(isOfNftables) && operation.remove.every(isOfNftables);
  return kinds.has(operation.kind);
}
