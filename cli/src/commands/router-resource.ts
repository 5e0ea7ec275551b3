import { ResourceKind } from "@rhumbline/proto/rhumbline/scheduler/v1/realisation_service";
import { Router } from "@rhumbline/proto/rhumbline/topology/v1/router";
import { enumText } from "../resource/flags.ts";
import type { Resource } from "../resource/resource.ts";

export const routerResource: Resource<Router> = {
  noun: "router",
  title: "router",
  field: "router",
  pluralField: "routers",
  nameField: "name",
  kind: ResourceKind.ROUTER,
  columns: [
    { heading: "ID", text: ({ id }) => id },
    { heading: "NAME", text: ({ name }) => name },
    { heading: "GATEWAY", text: gatewayText },
    { heading: "INTERFACES", text: ({ interfaces }) => interfaces.map(({ ipAddress }) => ipAddress).join(", ") },
    { heading: "STATUS", text: ({ status }) => enumText(status, "ROUTER_STATUS_"), status: true },
  ],
  idOf: ({ id }) => id,
  toJson: Router.toJSON,
  async get({ routers }, id, at) {
    const { router, position } = await routers.getRouter({ id, ...at });
    return { item: router, position };
  },
  async list({ routers }, query) {
    const { routers: items, nextPageToken, position } = await routers.listRouters(query);
    return { items, nextPageToken, position };
  },
  remove: ({ routers }, request) => routers.deleteRouter(request),
};

/** "203.0.113.7", "203.0.113.7 without SNAT". */
function gatewayText({ externalGateway }: Router): string {
  if (externalGateway === undefined) return "";
  const addresses = externalGateway.addresses.map(({ ipAddress }) => ipAddress).join(", ");
  return externalGateway.enableSnat === false ? `${addresses} without SNAT` : addresses;
}
