import type {
  RouterCreated,
  RouterDeleted,
  RouterGatewayCleared,
  RouterGatewaySet,
  RouterInterfaceAdded,
  RouterInterfaceRemoved,
  RouterUpdated,
} from "@rhumbline/proto/rhumbline/topology/v1/topology_events";

/** Stream `router-<routerId>`. */
export type RouterEvent =
  | { readonly type: "RouterCreated"; readonly data: RouterCreated }
  | { readonly type: "RouterUpdated"; readonly data: RouterUpdated }
  | { readonly type: "RouterInterfaceAdded"; readonly data: RouterInterfaceAdded }
  | { readonly type: "RouterInterfaceRemoved"; readonly data: RouterInterfaceRemoved }
  | { readonly type: "RouterGatewaySet"; readonly data: RouterGatewaySet }
  | { readonly type: "RouterGatewayCleared"; readonly data: RouterGatewayCleared }
  | { readonly type: "RouterDeleted"; readonly data: RouterDeleted };
