import { expect, test } from "vitest";
import * as sample from "../../../../test/scenarios/scheduler/sample-events.ts";
import { stateAfter } from "../../../../test/scenarios/scheduler/sample-state.ts";
import { missingUnderlayBytes, overlayMtuByNode } from "./underlay.ts";

test("what a node lacks is what VXLAN adds beyond what it has; a node that doesn't know, or has no overlay, lacks nothing", () => {
  const ipv4 = { tunnelIp: "198.18.0.1" };
  const ipv6 = { tunnelIp: "2001:db8::1" };
  expect(missingUnderlayBytes({ ...ipv4, underlayMtu: 1500 }, 1450)).toBe(0);
  expect(missingUnderlayBytes({ ...ipv4, underlayMtu: 1450 }, 1450)).toBe(50);
  expect(missingUnderlayBytes({ ...ipv6, underlayMtu: 1500 }, 1450)).toBe(20);
  expect(missingUnderlayBytes({ ...ipv4, underlayMtu: 0 }, 1450)).toBe(0);
  expect(missingUnderlayBytes({ ...ipv4, underlayMtu: 1400 }, 0)).toBe(0);
});

test("a node needs what the largest of the VXLAN networks on it needs", () => {
  const leg = (networkId: string) => ({ portId: `l-${networkId}`, networkId, subnetId: "s", ipAddress: "10.0.0.1" });
  const state = stateAfter(
    ...["A", "B", "C"].map((id) => sample.nodeRegistered(id)),
    sample.networkCreated("small", "", 1400),
    sample.networkCreated("large", "", 8950),
    sample.networkCreated("flat", "physnet1", 9000),
    sample.routerCreated("r1"),
    ...["small", "large"].map((id) => sample.interfaceAdded("r1", { ...leg(id), cidr: "10.0.0.0/24" })),
    sample.routerBound("r1", "A"),
    sample.routerCreated("r2"),
    sample.interfaceAdded("r2", { ...leg("small"), portId: "l2", cidr: "10.0.0.0/24" }),
    sample.gatewaySet("r2", { portId: "g", networkId: "flat", subnetId: "s", ipAddress: "203.0.113.7" }),
    sample.routerBound("r2", "B"),
  );
  expect([...overlayMtuByNode(state)].sort()).toEqual([
    ["A", 8950],
    ["B", 1400],
  ]);
});
