import { given } from "@rhumbline/event-sourcing/testing";
import { expect, test } from "vitest";
import { decideNetwork } from "./decide.ts";
import type { NetworkEvent } from "./events.ts";
import { evolveNetwork } from "./evolve.ts";
import { absentNetwork, type Network, type NetworkField } from "./state.ts";

const decider = { initial: absentNetwork, decide: decideNetwork, evolve: evolveNetwork };
const network: Network = {
  id: "n1",
  projectId: "p",
  name: "web",
  description: "",
  adminStateUp: true,
  shared: false,
  external: true,
  mtu: 1450,
  dnsDomain: "",
  segment: { networkType: "NETWORK_TYPE_VXLAN", physicalNetwork: "", segmentationId: 7 },
  status: "NETWORK_STATUS_UNSPECIFIED",
  tags: [],
  createTime: undefined,
  updateTime: undefined,
  etag: "",
};
const created: NetworkEvent = { type: "NetworkCreated", data: { network } };
const update = (values: Partial<Network>, fields: NetworkField[], etag = "", externalUsers: string[] = []) =>
  ({
    type: "UpdateNetwork",
    networkId: "n1",
    values: { ...network, ...values },
    fields,
    etag,
    externalUsers,
    otherProjectsPorts: ["p9"],
  }) as const;
const remove = (portIds: string[], subnetIds: string[], etag = "") =>
  ({ type: "DeleteNetwork", networkId: "n1", etag, portIds, subnetIds }) as const;

test("a network that is made twice is made once", () => {
  given(decider).when({ type: "CreateNetwork", network }).then(created);
  given(decider, created).when({ type: "CreateNetwork", network }).nothing();
});

test("an update says which fields changed, and leaves the others alone", () => {
  const [event, ...others] = given(decider, created).when(update({ name: "db", mtu: 1400 }, ["name", "shared"])).events;
  expect(event).toMatchObject({ type: "NetworkUpdated", data: { changed: ["name"] } });
  expect(others).toEqual([]);
  const after = given(decider, created, event as NetworkEvent).aggregate;
  expect(after).toMatchObject({ network: { name: "db", mtu: 1450 }, etag: "1", createTimeMs: 0, updateTimeMs: 1000 });
});

test("an update that changes nothing makes no event", () => {
  given(decider, created)
    .when(update({ name: "web" }, ["name", "mtu", "tags"]))
    .nothing();
});

test("an etag that is not the network's is refused", () => {
  given(decider, created)
    .when(update({ name: "db" }, ["name"], "9"))
    .refused("ETAG_MISMATCH");
  given(decider, created)
    .when(remove([], [], "9"))
    .refused("ETAG_MISMATCH");
});

test("a network that gateways and floating IPs use stays external", () => {
  const inward = update({ external: false }, ["external"], "", ["router r1"]);
  expect(given(decider, created).when(inward).refused("NETWORK_IN_USE").message).toContain("router r1");
});

test("a network in which other projects have ports stays shared", () => {
  const shared: NetworkEvent = { type: "NetworkCreated", data: { network: { ...network, shared: true } } };
  const { message } = given(decider, shared)
    .when(update({ shared: false }, ["shared"]))
    .refused("NETWORK_USED_BY_OTHER_PROJECTS");
  expect(message).toContain("p9");
});

test("a network in use is not deleted, and the refusal names its users", () => {
  const { message } = given(decider, created)
    .when(remove(["p1"], ["s1", "s2"]))
    .refused("NETWORK_IN_USE");
  expect(message).toContain("ports p1, and subnets s1, s2");
  const many = Array.from({ length: 8 }, (_, i) => `p${i}`);
  expect(given(decider, created).when(remove(many, [])).refused("NETWORK_IN_USE").message).toContain("and 3 more");
});

test("a network that is not there is neither changed nor deleted", () => {
  given(decider).when(update({}, [])).refused("NOT_FOUND");
  given(decider, created, { type: "NetworkDeleted", data: { networkId: "n1" } })
    .when(remove([], []))
    .refused("NOT_FOUND");
});
