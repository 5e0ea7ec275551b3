import { parseIpAddress } from "@rhumbline/net";
import { describe, expect, test } from "vitest";
import * as sample from "../../../../test/scenarios/scheduler/sample-events.ts";
import { stateAfter } from "../../../../test/scenarios/scheduler/sample-state.ts";
import { judgeTraffic } from "./judge-traffic.ts";
import { leasesOf } from "./port-leases.ts";
import { forwardersOf, placeOfPort } from "./port-place.ts";
import type { Question } from "./question.ts";

const events = [
  sample.nodeRegistered("A"),
  sample.nodeRegistered("B"),
  sample.networkCreated("web"),
  sample.subnetCreated("web-v4", "web", "10.0.0.0/24", "10.0.0.1"),
  sample.networkCreated("db"),
  sample.subnetCreated("db-v4", "db", "10.0.1.0/24", "10.0.1.1"),
  sample.portCreated("w1", "web", "10.0.0.11"),
  sample.portBound("w1", "A"),
  sample.portCreated("w2", "web", "10.0.0.12"),
  sample.portBound("w2", "B"),
  sample.portCreated("d1", "db", "10.0.1.11"),
  sample.portBound("d1", "B"),
];
const leg = (network: string, subnet: string, ipAddress: string, cidr: string) =>
  sample.interfaceAdded("r1", { portId: `leg-${network}`, networkId: network, subnetId: subnet, ipAddress, cidr });
const routed = [
  sample.routerCreated("r1"),
  sample.routerBound("r1", "A"),
  leg("web", "web-v4", "10.0.0.1", "10.0.0.0/24"),
  leg("db", "db-v4", "10.0.1.1", "10.0.1.0/24"),
];

/** The way of a ping into w1, and whether there is one. */
function wayFrom(other: Question["other"], more: sample.SampleEvent[], direction: Question["direction"] = "ingress") {
  const state = stateAfter(...events, ...more);
  const port = state.ports.get("w1");
  if (port === undefined) throw new Error("w1 is not there");
  const question = { direction, other, protocol: 1, destinationPort: 0, icmp: { type: 8, code: 0 } };
  const { way } = judgeTraffic(state, "w1", port, question);
  return `${way.exists ? "" : "none: "}${way.text}`;
}
const port = (portId: string, address: string) => ({ kind: "port", portId, address: parseIpAddress(address) }) as const;
const outside = { kind: "outside", family: 4 } as const;

describe("the way of a packet", () => {
  test("within a network, and by the router that joins two", () => {
    expect(wayFrom(port("w2", "10.0.0.12"), [])).toBe("within network web");
    expect(wayFrom(port("d1", "10.0.1.11"), [])).toBe("none: no router has interfaces in both networks, web and db");
    expect(wayFrom(port("d1", "10.0.1.11"), routed)).toBe("by router r1");
    expect(wayFrom(port("d1", "10.0.1.11"), [...routed, sample.routerAdminDown("r1")])).toBe(
      "none: router r1 is administratively down",
    );
    expect(wayFrom(port("d1", "10.0.1.11"), [...routed, sample.routerUnbound("r1", "A", 2)])).toBe(
      "none: router r1 is on no node",
    );
  });

  test("of an address whose port nobody names, as of any in that subnet", () => {
    const address = (text: string) => ({ kind: "address", address: parseIpAddress(text) }) as const;
    expect(wayFrom(address("10.0.0.99"), [])).toBe("within network web");
    expect(wayFrom(address("10.0.1.99"), routed)).toBe("by router r1");
    expect(wayFrom(address("192.0.2.1"), routed)).toBe(
      "none: no floating IP stands for 10.0.0.11, so nobody outside reaches it",
    );
  });

  test("from outside by a floating IP, to outside by a gateway", () => {
    const floating = [
      ...routed,
      sample.floatingIpCreated("f1", "203.0.113.9"),
      sample.floatingIpAssociated("f1", "r1", "10.0.0.11"),
    ];
    expect(wayFrom(outside, floating)).toBe("by floating IP 203.0.113.9 and router r1");
    expect(wayFrom(outside, routed, "egress")).toBe(
      "none: no router with an external gateway has an interface in network web",
    );
    const gateway = sample.gatewaySet("r1", { portId: "g", networkId: "ext", subnetId: "s", ipAddress: "203.0.113.7" });
    expect(wayFrom(outside, [...routed, gateway], "egress")).toBe("by router r1 and its external gateway");
  });

  test("none in an IP version that the port has no address of", () => {
    expect(wayFrom({ kind: "outside", family: 6 }, routed)).toBe("none: the port has no IPv6 address");
  });
});

describe("where a port is", () => {
  const state = stateAfter(...events);
  const w1 = state.ports.get("w1");
  if (w1 === undefined) throw new Error("w1 is not there");

  test("names its device, and what other nodes of the network do with its frames", () => {
    expect(placeOfPort(state, "w1", w1)).toMatchObject({ nodeId: "A", device: "tapw1", bridge: "brqweb", mtu: 1450 });
    expect(forwardersOf(state, "w1", w1, "A")).toEqual([
      { nodeId: "B", unicast: true, floods: true, missingUnderlayBytes: 0 },
    ]);
  });

  test("says what it is told where there is no DHCP: nothing", () => {
    expect(leasesOf(state, w1)).toMatchObject([
      { ipAddress: "10.0.0.11", subnetId: "web-v4", method: "none", serverAddress: "" },
    ]);
  });
});
