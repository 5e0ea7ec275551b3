import { randomUUID } from "node:crypto";
import { encodeDesiredResource } from "@rhumbline/messaging";
import { expect, test } from "vitest";
import { compileRouter } from "../../../services/router-scheduler/src/compile/compile-router.ts";
import type { Interface, Router } from "../../../services/router-scheduler/src/logical-network/state.ts";
import { emptyState } from "../../../services/router-scheduler/src/read-model/state.ts";
import { maxInterfaces } from "../../../services/topology/src/router/decide.ts";

test("the largest router that topology makes fits into one value of bucket DESIRED", () => {
  const causation = { eventId: "", correlationId: "", requestId: "", actor: "", traceparent: "" };
  const interfaces = Array.from(
    { length: maxInterfaces },
    (): Interface => ({
      portId: randomUUID(),
      networkId: randomUUID(),
      subnetId: randomUUID(),
      macAddress: "fa:16:3e:ff:ff:ff",
      address: "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff/128",
    }),
  );
  const routes = Array.from({ length: 30 }, () => ({
    destination: "2001:db8:ffff:ffff:ffff:ffff:ffff:ff00/120",
    nextHop: "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
  }));
  const router: Router = {
    projectId: "p",
    adminStateUp: true,
    routes,
    gateway: undefined,
    interfaces,
    causation,
    availabilityZoneHints: [],
    nodeSelector: {},
  };
  const value = compileRouter(emptyState(), randomUUID(), router, { epoch: 1, standby: false });
  const resource = { $case: "router", value } as const;
  const bytes = encodeDesiredResource({ logId: randomUUID(), epoch: 1, position: 1, causation: undefined, resource });
  expect(bytes.length).toBeGreaterThan(30_000);
  expect(bytes.length).toBeLessThan(64 * 1024);
});
