import { describe, expect, test } from "vitest";
import {
  desiredState,
  dhcpServer,
  externalNetwork,
  externalPort,
  filteredBy,
  floatingIp,
  gatewayPort,
  gone,
  instancePort,
  interfacePort,
  router,
  sampleHost,
  sampleId,
  securityGroup,
  tenantNetwork,
  vlanNetwork,
} from "../kernel/contract/sample-state.ts";
import { compileDesired } from "./compile-desired.ts";

const networks = [externalNetwork(), tenantNetwork(1)] as const;
const routerKey = `router.${sampleId("a", 1)}`;

describe("what can't be realised is an error of its own", () => {
  test("a flat network whose physical network has no mapping, and the routers on it, but no other", () => {
    const state = desiredState(
      ...networks,
      router(1, [1]),
      router(2, [1], { gateway: undefined, gatewayNextHops: [] }),
    );
    const { errors, routers } = compileDesired(state, { ...sampleHost, bridgeMappings: new Map() });
    expect(new Map(errors)).toEqual(
      new Map([
        [`network.${sampleId("e", 0)}`, "physical network physnet1 has no bridge mapping on this node (mapped: none)"],
        [
          routerKey,
          `network ${sampleId("e", 0)} isn't realised on this node: physical network physnet1 has no bridge mapping on this node (mapped: none)`,
        ],
      ]),
    );
    expect([...routers.keys()]).toEqual([`qrouter-${sampleId("a", 2)}`]);
  });

  test("a network of a type that this node can't carry", () => {
    const { errors } = compileDesired(desiredState(tenantNetwork(1, { networkType: "geneve" })), sampleHost);
    expect([...errors.values()]).toEqual(["this node can't realise networks of type geneve"]);
  });

  test.each([
    ["VLAN", "vlan", vlanNetwork(1, 101), "VLAN devices (802.1q)"],
    ["VXLAN", "vxlan", tenantNetwork(1), "VXLAN devices"],
  ] as const)("a %s network on a kernel without such devices, and with the same words what lies in it", (...row) => {
    const [, kind, network, devices] = row;
    const host = { ...sampleHost, lacks: new Map([[kind, "Error: Unknown device type."]]) };
    const { errors } = compileDesired(desiredState(network, instancePort(11, 1), router(1, [1])), host);
    const reason = `this node's kernel makes no ${devices}: Error: Unknown device type.`;
    expect(errors.get(`network.${sampleId("b", 1)}`)).toBe(reason);
    expect(errors.get(`port.${sampleId("c", 11)}`)).toContain(`isn't realised on this node: ${reason}`);
    expect(
      compileDesired(desiredState(externalNetwork(), network, router(1, [1])), host).errors.get(routerKey),
    ).toContain(reason);
  });

  test("a VLAN network whose physical network has no mapping", () => {
    const unmapped = vlanNetwork(1, 101, { physicalNetwork: "physnet9" });
    const { errors } = compileDesired(desiredState(unmapped), sampleHost);
    expect([...errors.values()]).toEqual([
      "physical network physnet9 has no bridge mapping on this node (mapped: physnet1)",
    ]);
  });

  test("a floating IP whose router is elsewhere, has no gateway or is refused", () => {
    const away = compileDesired(desiredState(floatingIp(1, 1, "10.0.1.11")), sampleHost);
    expect([...away.errors.values()]).toEqual([`router ${sampleId("a", 1)} isn't on this node`]);
    const inner = router(1, [1], { gateway: undefined, gatewayNextHops: [] });
    const closed = compileDesired(desiredState(...networks, inner, floatingIp(1, 1, "10.0.1.11")), sampleHost);
    expect([...closed.errors.values()]).toEqual([`router ${sampleId("a", 1)} has no external gateway`]);
    const lost = router(1, [7]);
    const refused = compileDesired(desiredState(...networks, lost, floatingIp(1, 1, "10.0.1.11")), sampleHost);
    expect(refused.errors.get(`floatingip.${sampleId("e", 1)}`)).toBe(`${routerKey} isn't realised on this node`);
  });

  test("text that is no address", () => {
    const bad = router(1, [1], { gateway: gatewayPort(1, { addresses: ["203.0.113.300/24"] }) });
    expect(compileDesired(desiredState(...networks, bad), sampleHost).errors.get(routerKey)).toContain("203.0.113.300");
  });

  test("a route whose next hop is in none of the router's networks", () => {
    const lost = router(1, [1], { routes: [{ destination: "192.168.0.0/16", nextHop: "10.9.9.9" }] });
    expect(compileDesired(desiredState(...networks, lost), sampleHost).errors.get(routerKey)).toBe(
      "route to 192.168.0.0/16: next hop 10.9.9.9 is in none of the router's networks",
    );
  });

  test("a resource of a kind that came after this agent", () => {
    const newer = { logId: "log", epoch: 1, position: 1, causation: undefined, resource: undefined };
    const { errors } = compileDesired(new Map([["vpn.1", newer]]), sampleHost);
    expect(errors.get("vpn.1")).toContain("older than the control plane");
  });
});

describe("devices whose names are the same", () => {
  const twin = `${sampleId("c", 11).slice(0, 11)}ff-4000-8000-000000000000`;

  test("are refused for both, and what stands of them is left alone", () => {
    const colliding = router(1, [], { interfaces: [interfacePort(1, 1, { portId: twin })] });
    const desired = compileDesired(desiredState(...networks, instancePort(11, 1), colliding), sampleHost);
    expect(desired.errors.get(routerKey)).toContain(`tapc0000011-00 is also that of port.${sampleId("c", 11)}`);
    expect(desired.errors.get(`port.${sampleId("c", 11)}`)).toContain(`port.${twin} of ${routerKey}`);
    expect([desired.routers.size, desired.instancePorts.size]).toEqual([0, 0]);
    const ofRouter = [`qrouter-${sampleId("a", 1)}`, `radvd-${twin}`];
    expect(desired.untouched).toEqual(new Set(["tapc0000011-00", ...ofRouter]));
  });

  test("are no matter once one of them is gone", () => {
    const state = desiredState(...networks, instancePort(11, 1), gone(`port.${twin}`));
    expect(compileDesired(state, sampleHost).errors.size).toBe(0);
  });
});

test("a router that is down has no namespace", () => {
  const state = desiredState(...networks, router(1, [1], { adminStateUp: false }));
  const { routers, errors } = compileDesired(state, sampleHost);
  expect([routers.size, errors.size]).toEqual([0, 0]);
});

test.each([
  ["bridge br-ex", { kind: "bridge", bridge: "br-ex" }, "br-ex"],
  ["device eth1", { kind: "device", device: "eth1" }, "eth1"],
] as const)("a VLAN network goes through the %s that carries its physical network", (_, mapping, parent) => {
  const host = { ...sampleHost, bridgeMappings: new Map([["physnet1", mapping]]) };
  const { vlans, bridges, instancePorts } = compileDesired(
    desiredState(vlanNetwork(1, 101), instancePort(11, 1)),
    host,
  );
  expect([...vlans.values()]).toMatchObject([
    { device: "vlanb0000001-00", bridge: "brqb0000001-00", parent, vlanId: 101 },
  ]);
  expect([...bridges.keys()]).toEqual(["brqb0000001-00"]);
  expect([...instancePorts.values()]).toMatchObject([{ bridge: "brqb0000001-00" }]);
});

describe("a flat network", () => {
  const flat = [externalNetwork(), externalPort(11, filteredBy(1)), securityGroup(1)] as const;

  test("has a bridge of ours for its instances, joined to the operator's, and routers' legs on that one", () => {
    const { bridges, patches, instancePorts, routers, errors } = compileDesired(
      desiredState(...flat, tenantNetwork(1), router(1, [1])),
      sampleHost,
    );
    expect(errors.size).toBe(0);
    expect(bridges.get("brqe0000000-00")).toMatchObject({ tracked: true });
    expect([...patches.values()]).toMatchObject([
      { device: "flate0000000-00", bridge: "brqe0000000-00", peer: "phy-e0000000-00", operatorsBridge: "br-ex" },
    ]);
    expect([...instancePorts.values()]).toMatchObject([{ bridge: "brqe0000000-00" }]);
    const gateway = routers.get(`qrouter-${sampleId("a", 1)}`)?.legs.get("qg-d0000001-00");
    expect(gateway?.attachment).toMatchObject({ bridge: "br-ex" });
  });

  test("has none where nothing but routers is", () => {
    const { bridges, patches } = compileDesired(
      desiredState(externalNetwork(), tenantNetwork(1), router(1, [1])),
      sampleHost,
    );
    expect([[...bridges.keys()], patches.size]).toEqual([["brqb0000001-00"], 0]);
  });

  test("carries routers alone where a device carries it", () => {
    const bridgeMappings = new Map([["physnet1", { kind: "device", device: "eth1" }]] as const);
    const { bridges, errors } = compileDesired(desiredState(...flat), { ...sampleHost, bridgeMappings });
    expect(bridges.size).toBe(0);
    expect(errors.get(`port.${sampleId("c", 11)}`)).toMatch(/device eth1 carries routers only: map it to a bridge/);
  });

  test("keeps requests for its DHCP server on the node", () => {
    const dhcp = dhcpServer(9, { networkId: sampleId("e", 0) });
    const { keptRequests } = compileDesired(desiredState(...flat, dhcp), sampleHost);
    expect([...keptRequests.keys()]).toEqual(["requests flate0000000-00 . 67"]);
  });
});

test("requests for a DHCP server of a VLAN network stay on the node, as those of an overlay do", () => {
  const { keptRequests } = compileDesired(
    desiredState(vlanNetwork(1, 101), instancePort(11, 1), dhcpServer(1)),
    sampleHost,
  );
  expect([...keptRequests.keys()]).toEqual(["requests vlanb0000001-00 . 67"]);
});
