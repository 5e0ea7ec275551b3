import type {
  RouterCreated,
  RouterGatewaySet,
  RouterInterfaceAdded,
} from "@rhumbline/proto/rhumbline/topology/v1/topology_events";
import type { FieldTable } from "../resource/fields.ts";
import type { Stamped } from "../resource/stamped.ts";

/** As its events carry it: without gateway, interfaces, status, times and etag. */
export type Router = NonNullable<RouterCreated["router"]>;
export type RouterInterface = NonNullable<RouterInterfaceAdded["interface"]>;
export type ExternalGateway = NonNullable<RouterGatewaySet["gateway"]>;

/** A subnet on which the router has an address. */
export interface ConnectedSubnet {
  readonly subnetId: string;
  readonly cidr: string;
}

export interface ActiveRouter extends Stamped {
  readonly status: "active";
  readonly id: string;
  readonly router: Router;
  readonly gateway: ExternalGateway | undefined;
  readonly gatewayMacAddress: string;
  readonly interfaces: readonly (RouterInterface & { readonly cidr: string })[];
}

export type RouterState = { readonly status: "absent" } | ActiveRouter;

export const absentRouter: RouterState = { status: "absent" };

/** The external gateway is a field too, but has events of its own. */
export const routerFields = {
  name: "name",
  description: "description",
  admin_state_up: "adminStateUp",
  routes: "routes",
  availability_zone_hints: "availabilityZoneHints",
  node_selector: "nodeSelector",
  tags: "tags",
} as const satisfies FieldTable<Router>;

export type RouterField = keyof typeof routerFields;
