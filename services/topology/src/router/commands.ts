import type { ConnectedSubnet, ExternalGateway, Router, RouterField, RouterInterface } from "./state.ts";

/** A gateway whose port stands. */
export interface GatewayWanted {
  readonly gateway: ExternalGateway;
  readonly macAddress: string;
  readonly subnets: readonly ConnectedSubnet[];
}

/** What the router translates; of an interface, to fixed IPs in its subnet. */
export interface RequiredBy {
  readonly floatingIpIds: readonly string[];
  readonly portForwardingIds: readonly string[];
}

export interface CreateRouter {
  readonly type: "CreateRouter";
  readonly router: Router;
  readonly gateway: GatewayWanted | undefined;
}

export interface UpdateRouter {
  readonly type: "UpdateRouter";
  readonly routerId: string;
  /** Holds the new values of `fields`. */
  readonly values: Router;
  readonly fields: readonly RouterField[];
  readonly gateway: GatewayWanted | "keep" | "clear";
  /** Of the gateway as it is. */
  readonly gatewaySubnets: readonly ConnectedSubnet[];
  readonly requiredBy: RequiredBy;
  /** Empty: any. */
  readonly etag: string;
}

export interface AddRouterInterface {
  readonly type: "AddRouterInterface";
  readonly routerId: string;
  /** One for each address of one port. */
  readonly interfaces: readonly (RouterInterface & Pick<ConnectedSubnet, "cidr">)[];
  readonly gatewaySubnets: readonly ConnectedSubnet[];
}

export interface RemoveRouterInterface {
  readonly type: "RemoveRouterInterface";
  readonly routerId: string;
  readonly portId: string;
  readonly requiredBy: RequiredBy;
}

export interface DeleteRouter {
  readonly type: "DeleteRouter";
  readonly routerId: string;
  readonly etag: string;
}

export type RouterCommand = CreateRouter | UpdateRouter | AddRouterInterface | RemoveRouterInterface | DeleteRouter;
