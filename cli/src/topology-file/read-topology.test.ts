import { expect, test } from "vitest";
import { readTopology } from "./read-topology.ts";

const read = (...lines: string[]) => readTopology(lines.join("\n"), "shop.yaml", "default");
const refused = (...lines: string[]): string => {
  try {
    read(...lines);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return "";
};

test("several documents, and lists in them, are one topology", () => {
  const wanted = read("kind: network", "name: web", "---", "- {kind: network, name: db}", "- {kind: router, name: r1}");
  expect(wanted.map(({ kind, label, line }) => `${line} ${kind}/${label}`)).toEqual([
    "1 network/web",
    "4 network/db",
    "5 router/r1",
  ]);
  expect(read("")).toEqual([]);
});

test("addresses and MACs are read as what they are, whatever their spelling", () => {
  const [port] = read("kind: port", "name: p", "network: web", "mac_address: FA:16:3E:00:00:01", "tags: [a]");
  expect(port?.fields).toEqual({
    name: "p",
    networkId: { refersTo: "network", name: "web", line: 3 },
    macAddress: "fa:16:3e:00:00:01",
    tags: ["a"],
  });
});

test("a misspelt kind or field is told with what was probably meant", () => {
  expect(refused("kind: netwrok", "name: web")).toBe('shop.yaml:1: there is no kind "netwrok"; did you mean network?');
  expect(refused("kind: network", "name: web", "segment:", "  network_typ: flat")).toBe(
    'shop.yaml:4: there is no field "segment.network_typ"; did you mean network_type?',
  );
  expect(refused("kind: loadbalancer")).toBe(
    'shop.yaml:1: there is no kind "loadbalancer"; accepted are subnetpool, network, subnet, address-group, security-group, port, router, floatingip, port-forwarding',
  );
});

test("everything wrong is told at once, with its line and what would be accepted", () => {
  const complaints = refused(
    "kind: subnet",
    "network: web",
    "cidr: 10.0.0.1/24",
    "dns_nameservers: 192.0.2.53",
    "enable_dhcp: maybe",
  );
  expect(complaints.split("\n")).toEqual([
    "shop.yaml:1: name is missing",
    'shop.yaml:3: cidr must be a CIDR without host bits like 192.0.2.0/24, not "10.0.0.1/24"',
    "shop.yaml:4: dns_nameservers must be a list of which each is an IP address like 192.0.2.1 or 2001:db8::1",
    'shop.yaml:5: enable_dhcp must be true or false, not "maybe"',
  ]);
});

test("a subnet says its CIDR, or which pool gives it one", () => {
  const subnet = ["kind: subnet", "name: s", "network: web"];
  expect(refused(...subnet)).toBe("shop.yaml:1: cidr is missing: give it, or subnet_pool or default_pool");
  expect(refused(...subnet, "default_pool: 5")).toBe("shop.yaml:4: default_pool must be 4 or 6, not 5");
  expect(read(...subnet, "default_pool: 6")[0]?.fields).toMatchObject({ defaultPoolIpVersion: 6 });
  expect(read(...subnet, "subnet_pool: campus", "prefix_length: 26")[0]?.fields).toMatchObject({
    subnetPoolId: { refersTo: "subnetpool", name: "campus" },
    prefixLength: 26,
  });
});

test("what is no YAML is told with its line", () => {
  expect(refused("kind: network", "name: [web")).toMatch(/^shop\.yaml:\d: not YAML: /);
  expect(refused("just text")).toMatch(/^shop\.yaml:1: a resource is a mapping with its kind/);
  expect(refused("- 17", "- [a]")).toMatch(/^shop\.yaml:1: .*\nshop\.yaml:2: /);
  expect(refused("kind: network", "name: 17")).toContain("name must be text, not 17; in quotes it is text");
  expect(refused("kind: network", 'name: ""')).toContain("name must not be empty");
  expect(refused("? {a: b}", ": c")).toMatch(/^shop\.yaml:1: /);
});

test("one resource twice is refused, with both lines", () => {
  expect(refused("- {kind: network, name: web}", "- {kind: network, name: web}")).toBe(
    "shop.yaml:2: network/web is in this file already, at line 1",
  );
  expect(read("- {kind: network, name: web}", "- {kind: network, name: web, project: other}")).toHaveLength(2);
});

test("a floating IP is found by its address or by its port", () => {
  const byPort = ["kind: floatingip", "network: public", "port: web1"];
  expect(read(...byPort)[0]?.label).toBe("for web1");
  expect(read(...byPort, "floating_ip_address: 203.0.113.9")[0]?.label).toBe("203.0.113.9");
  expect(refused("kind: floatingip", "network: public")).toContain("give one of them");
});

test("a port forwarding is found by its floating IP, its protocol and its first port", () => {
  const lines = ["kind: port-forwarding", "floating_ip: 203.0.113.9", "protocol: tcp", "port: web1"];
  const [whole] = read(...lines, "external_ports: 8000-8010", "internal_ports: 80-90");
  expect(whole).toMatchObject({
    label: "203.0.113.9 tcp 8000",
    fields: { externalPorts: { first: 8000, last: 8010 }, internalPorts: { first: 80, last: 90 } },
  });
  expect(read(...lines, "external_ports: 8080")[0]?.fields["externalPorts"]).toEqual({ first: 8080, last: 8080 });
  expect(refused(...lines, "external_ports: http")).toContain("a port like 8080 or a range like 8000-8010");
});

test("aliases stand for what they name, and one that names itself is refused", () => {
  const [a, b] = read("- {kind: network, name: a, tags: &t [x]}", "- {kind: network, name: b, tags: *t}");
  expect(b?.fields["tags"]).toEqual(a?.fields["tags"]);
  expect(refused("kind: network", "name: a", "tags: &t [*t]")).toContain("tags[0] must be text");
  expect(refused("kind: network", "name: *gone")).toContain("shop.yaml:2");
});

test("labels have any names, and text", () => {
  const [router] = read("kind: router", "name: r1", "node_selector: { rack: r12 }");
  expect(router?.fields["nodeSelector"]).toEqual({ rack: "r12" });
  expect(refused("kind: router", "name: r1", "node_selector: { rack: 12 }")).toContain(
    "node_selector.rack must be text, not 12",
  );
  expect(refused("kind: router", "name: r1", "node_selector: rack")).toContain("a mapping of labels to text");
});
