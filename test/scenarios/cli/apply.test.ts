import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Installation, type Outcome, startInstallation, startWillingNode } from "./installation.ts";

const sample = join(import.meta.dirname, "../../../docs/examples/topology.yaml");
const lines = (text: string): string[] => text.trimEnd().split("\n");

describe("rhumb apply and diff", { timeout: 240_000 }, () => {
  let it: Installation;
  let folder: string;
  const succeeds = async (...args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await it.rhumb(...args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    return stdout;
  };
  const inFile = async (...text: readonly string[]): Promise<string> => {
    const file = join(folder, "topology.yaml");
    await writeFile(file, text.join("\n"));
    return file;
  };
  /** The sample with something replaced. */
  const changed = async (before: string, after: string): Promise<string> => {
    const text = await readFile(sample, "utf8");
    expect(text).toContain(before);
    return inFile(text.replace(before, after));
  };
  const outcomes = (text: string): string[] => lines(text).map((line) => line.split(/ {2}/)[0] ?? "");

  beforeAll(async () => {
    it = await startInstallation();
    folder = await mkdtemp(join(tmpdir(), "rhumb-apply-"));
  }, 240_000);
  afterAll(async () => {
    await it.stop();
    await rm(folder, { recursive: true });
  });

  test("a dry run and a diff say what would be made, and make nothing", async () => {
    const { code, stdout } = await it.rhumb("diff", "-f", sample);
    expect(code).toBe(3);
    expect(lines(stdout).filter((line) => line.startsWith("+ "))).toHaveLength(11);
    expect(stdout).toContain("    interfaces: subnet_id=web-v4, subnet_id=db-v4\n");
    const dry = await succeeds("apply", "-f", sample, "--dry-run");
    expect(dry).toContain("network/web to be created\n");
    expect(dry).toContain("subnet/web-v4 to be created  (not tried: needs network/web)");
    expect(await succeeds("network", "list", "-o", "name")).toBe("");
  });

  test("a whole topology comes to be, and applied again stays as it is", async () => {
    const node = await startWillingNode(it.nats);
    try {
      const created = await succeeds("apply", "-f", sample, "--wait");
      expect(outcomes(created).every((line) => line.endsWith(" created"))).toBe(true);
      const position = async () => (await it.json<{ position: number }>("network", "list")).position;
      const before = await succeeds("events", "--filter", 'kind != "realised"', "-o", "name");
      expect(outcomes(await succeeds("apply", "-f", sample)).every((line) => line.endsWith(" unchanged"))).toBe(true);
      expect(await succeeds("events", "--filter", 'kind != "realised"', "-o", "name")).toBe(before);
      expect(await position()).toBeGreaterThan(0);
      expect(await succeeds("diff", "-f", sample)).toBe("");
      expect(await succeeds("floatingip", "list")).toMatch(/ 10\.0\.0\.10 .*ACTIVE$/m);
    } finally {
      await node.stop();
    }
  });

  test("diff says field by field what apply then changes", async () => {
    const file = await changed("enable_snat: true }", "enable_snat: false }");
    const { code, stdout } = await it.rhumb("diff", "-f", file);
    expect(code).toBe(3);
    expect(stdout).toMatch(/^~ router\/edge {2}[0-9a-f-]{36}\n {4}external_gateway.enable_snat: true → false\n$/);
    expect(await succeeds("apply", "-f", file)).toContain("router/edge changed");
    const { router } = await it.json<{ router: { externalGateway: { enableSnat: boolean; addresses: object[] } } }>(
      "router",
      "get",
      "edge",
    );
    expect(router.externalGateway).toMatchObject({ enableSnat: false, addresses: [{}] });
    await succeeds("apply", "-f", sample);
  });

  test("a router's interfaces become those of the file", async () => {
    const fewer = await changed("[{ subnet: web-v4 }, { subnet: db-v4 }]", "[{ subnet: web-v4 }]");
    expect(await succeeds("apply", "-f", fewer)).toContain("router/edge changed");
    expect(await succeeds("diff", "-f", fewer)).toBe("");
    expect(await succeeds("apply", "-f", sample)).toContain("router/edge changed");
    expect(await succeeds("diff", "-f", sample)).toBe("");
  });

  test("a floating IP goes to the port that the file names for its address", async () => {
    const { floatingIps } = await it.json<{ floatingIps: { floatingIpAddress: string }[] }>("floatingip", "list");
    const address = floatingIps[0]?.floatingIpAddress;
    const file = await changed("port: web1", `port: db1\nfloating_ip_address: ${address}`);
    expect(await succeeds("apply", "-f", file)).toContain(`floatingip/${address} changed`);
    expect(await succeeds("floatingip", "list")).toMatch(/ 10\.0\.1\.\d+ /);
    await succeeds("apply", "-f", await changed("port: web1", `port: web1\nfloating_ip_address: ${address}`));
    expect(await succeeds("diff", "-f", sample)).toBe("");
  });

  test("a VLAN network is found as it was asked for, whether its id was given or not", async () => {
    const tagged = (name: string, segment: string): string => `- { kind: network, name: ${name}, segment: ${segment} }`;
    const file = await inFile(
      tagged("some-vlan", "{ network_type: vlan, physical_network: physnet1 }"),
      tagged("vlan-117", "{ network_type: vlan, physical_network: physnet1, segmentation_id: 117 }"),
    );
    expect(await succeeds("apply", "-f", file)).toContain("network/vlan-117 created");
    expect(await succeeds("diff", "-f", file)).toBe("");
    const list = await succeeds("network", "list");
    expect(list).toMatch(/ some-vlan +vlan physnet1 100 /);
    expect(list).toMatch(/ vlan-117 +vlan physnet1 117 /);
    const other = await inFile(tagged("vlan-117", "{ segmentation_id: 118 }"));
    const { code, stdout, stderr } = await it.rhumb("apply", "-f", other);
    expect(code).not.toBe(0);
    expect(stdout + stderr).toContain("segmentation_id");
    for (const name of ["some-vlan", "vlan-117"]) await succeeds("network", "delete", name);
  });

  test("subnets are carved from a pool of the file, and found as they were asked for", async () => {
    const pools = join(import.meta.dirname, "../../../docs/examples/subnet-pool.yaml");
    const { code, stdout } = await it.rhumb("diff", "-f", pools);
    expect(code).toBe(3);
    expect(stdout).toContain("+ subnetpool/campus\n");
    expect(stdout).toContain("    subnet_pool: campus\n    prefix_length: 28\n");
    const created = outcomes(await succeeds("apply", "-f", pools));
    expect(created.every((line) => line.endsWith(" created"))).toBe(true);
    expect(await succeeds("diff", "-f", pools)).toBe("");
    const subnets = await succeeds("subnet", "list");
    expect(subnets).toMatch(/ lab-v4 .* 10\.8\.\d+\.0\/24 /);
    expect(subnets).toMatch(/ lab-small .* 10\.8\.\d+\.\d+\/28 /);
    expect(await it.json("port", "get", "bench1")).toMatchObject({ port: { dnsName: "bench1" } });
    const text = await readFile(pools, "utf8");
    const wider = await inFile(text.replace("prefixes: [10.8.0.0/16]", "prefixes: [10.8.0.0/15]"));
    expect((await it.rhumb("diff", "-f", wider)).stdout).toMatch(/prefixes: 10\.8\.0\.0\/16 → 10\.8\.0\.0\/15\n$/);
    expect(await succeeds("apply", "-f", wider)).toContain("subnetpool/campus changed");
    const other = await it.rhumb("apply", "-f", await inFile(text.replace("prefix_length: 28", "prefix_length: 27")));
    expect(other.stderr).toMatch(/prefix_length of subnet\/lab-small \([0-9a-f-]{36}\) can't be changed/);
  });

  test("a subnet is carved from the default pool, and stays when another becomes that", async () => {
    const subnet = ["kind: subnet", "name: spare", "network: spare", "default_pool: 4", "prefix_length: 28"];
    const pool = (name: string, prefix: string, isDefault: boolean): string[] => [
      "kind: subnetpool",
      `name: ${name}`,
      `prefixes: [${prefix}]`,
      `is_default: ${isDefault}`,
      "---",
    ];
    const network = ["kind: network", "name: spare", "---"];
    const none = await it.rhumb("apply", "-f", await inFile(...network, ...subnet));
    expect(none.stderr).toMatch(/^rhumb: .*: subnet\/spare: .*no subnet pool is the default for IPv4/);
    const first = await inFile(...pool("old", "10.9.0.0/16", true), ...network, ...subnet);
    const dry = await succeeds("apply", "-f", first, "--dry-run");
    expect(dry).toMatch(/^subnet\/spare to be created +\(not tried: needs subnetpool\/old\)$/m);
    expect(outcomes(await succeeds("apply", "-f", first)).at(-1)).toBe("subnet/spare created");
    expect(await succeeds("subnet", "list")).toMatch(/ spare .* 10\.9\.\d+\.\d+\/28 /);
    await succeeds("apply", "-f", await inFile(...pool("old", "10.9.0.0/16", false)));
    const then = await inFile(...pool("new", "10.10.0.0/16", true), ...network, ...subnet);
    expect(outcomes(await succeeds("apply", "-f", then)).at(-1)).toBe("subnet/spare unchanged");
    expect(await succeeds("diff", "-f", then)).toBe("");
    const six = await it.rhumb("diff", "-f", await inFile(...subnet.with(3, "default_pool: 6").slice(0, 4)));
    expect(six.stderr).toMatch(/default_pool of subnet\/spare \([0-9a-f-]{36}\) can't be changed/);
  });

  test("what can't be changed is refused before anything is", async () => {
    const file = await changed("cidr: 10.0.1.0/24", "cidr: 10.0.9.0/24");
    const text = (await readFile(file, "utf8")).replace("shop windows", "never said");
    const { code, stdout, stderr } = await it.rhumb("apply", "-f", await inFile(text));
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/topology\.yaml:\d+: cidr of subnet\/db-v4 \([0-9a-f-]{36}\) can't be changed/);
    expect(await succeeds("diff", "-f", sample)).toBe("");
  });

  test("a name that nothing has, or that two have, is refused with its line", async () => {
    const unknown = await inFile("kind: subnet", "name: s", "network: nowhere", "cidr: 10.9.0.0/24");
    expect((await it.rhumb("apply", "-f", unknown)).stderr).toContain(
      'topology.yaml:3: no network is called "nowhere", here or in the installation',
    );
    const ids: string[] = [];
    for (let i = 0; i < 2; i++) {
      ids.push((await it.json<{ network: { id: string } }>("network", "create", "twin")).network.id);
    }
    const ambiguous = await it.rhumb("apply", "-f", await inFile("kind: network", "name: twin", "mtu: 1400"));
    expect(ambiguous.code).toBe(1);
    for (const id of ids) expect(ambiguous.stderr).toContain(id);
    const byId = await inFile("kind: subnet", "name: s", `network: ${ids[0]}`, "cidr: 10.9.0.0/24");
    expect(await succeeds("apply", "-f", byId)).toContain("subnet/s created");
  });

  test("the same name in another project is another resource, and what is shared is found from there", async () => {
    const other = await inFile("kind: router", "name: edge", "external_gateway: { network: public }");
    expect(await succeeds("apply", "-f", other, "--project", "other")).toContain("router/edge created");
    expect(await succeeds("diff", "-f", sample)).toBe("");
  });

  test("a service's refusal is told with the line of what it refused", async () => {
    const file = await inFile("kind: subnet", "name: again", "network: web", "cidr: 10.0.0.0/25");
    const { code, stderr } = await it.rhumb("apply", "-f", file);
    expect(code).toBe(1);
    expect(stderr).toMatch(/topology\.yaml:1: subnet\/again: .*\([A-Z_]+\)\n$/);
  });

  test("reads standard input, and answers as JSON", async () => {
    const text = await readFile(sample, "utf8");
    const { code, stdout }: Outcome = await it.rhumbReading(text, "apply", "-f", "-", "-o", "json");
    expect(code).toBe(0);
    const { resources } = JSON.parse(stdout) as { resources: { outcome: string }[] };
    expect(resources.map(({ outcome }) => outcome)).toEqual(Array(11).fill("unchanged"));
    const garbage = await it.rhumbReading("\u0000{]\n- :", "diff", "-f", "-");
    expect(garbage.code).toBe(1);
    expect(garbage.stderr).toMatch(/^rhumb: standard input:\d+: /);
    expect((await it.rhumb("apply", "-f", "/does/not/exist")).stderr).toBe(
      "rhumb: /does/not/exist: no such file or directory\n",
    );
    expect((await it.rhumb("apply")).code).toBe(2);
  });
});
