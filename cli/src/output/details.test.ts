import { expect, test } from "vitest";
import { detailRows } from "./details.ts";

test("a resource is told field by field, by the names that filters and masks have", () => {
  const router = {
    id: "4a1c",
    adminStateUp: true,
    externalGateway: { networkId: "e0", addresses: [{ subnetId: "s0", ipAddress: "203.0.113.7" }] },
    interfaces: [
      { portId: "p1", ipAddress: "10.0.0.1" },
      { portId: "p2", ipAddress: "10.0.1.1" },
    ],
    tags: ["blue", "green"],
  };
  expect(detailRows(router)).toEqual([
    ["id", "4a1c"],
    ["admin_state_up", "true"],
    ["external_gateway.network_id", "e0"],
    ["external_gateway.addresses", "subnet_id=s0 ip_address=203.0.113.7"],
    ["interfaces", "port_id=p1 ip_address=10.0.0.1"],
    ["interfaces", "port_id=p2 ip_address=10.0.1.1"],
    ["tags", "blue"],
    ["tags", "green"],
  ]);
});
