import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Installation, startInstallation, startWillingNode } from "./installation.ts";

const sample = join(import.meta.dirname, "../../../docs/examples/topology.yaml");

interface History {
  readonly entries: readonly {
    readonly type: string;
    readonly actor: string;
    readonly requestId?: string;
    readonly changes?: readonly { readonly field: string; readonly from?: string; readonly to?: string }[];
    readonly work?: { readonly nodeId: string; readonly position: number };
  }[];
}

describe("rhumb history", { timeout: 240_000 }, () => {
  let it: Installation;
  let node: { stop(): Promise<void> };
  const succeeds = async (...args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await it.rhumb(...args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    return stdout;
  };

  beforeAll(async () => {
    it = await startInstallation();
    node = await startWillingNode(it.nats);
    await succeeds("apply", "-f", sample, "--wait");
  }, 240_000);
  afterAll(async () => {
    await node.stop();
    await it.stop();
  });

  test("says who changed which field, and that a node took it over", async () => {
    await succeeds("router", "set", "edge", "--no-snat", "--wait");
    const { entries } = await it.json<History>("history", "router", "edge");
    expect(entries[0]).toMatchObject({ type: "RouterCreated", actor: "admin" });
    const last = entries.findLast(({ type }) => type === "RouterGatewaySet");
    expect(last?.changes).toEqual([{ field: "external_gateway.enable_snat", from: "true", to: "false" }]);
    expect(entries.at(-1)).toMatchObject({ type: "NodeChangesApplied", work: { position: expect.any(Number) } });
    const text = await succeeds("history", "router", "edge");
    expect(text).toMatch(/^\S+ +\d+ {2}RouterCreated by admin\n {4}project_id: default\n {4}name: edge$/m);
    expect(text).toMatch(/ node \S+: applied, as of position \d+$/m);
  });

  test("tells of a security group rule by rule, and that the node of its ports took each over", async () => {
    const { nodes } = await it.json<{ nodes: { id: string }[] }>("node", "list");
    await succeeds("security-group", "create", "shop");
    const bound = ["--network", "web", "--security-group", "shop", "--host", nodes[0]?.id ?? ""];
    await succeeds("port", "create", "till", ...bound, "--wait");
    await succeeds("security-group", "rule", "create", "shop", "--protocol", "tcp", "--port", "443", "--wait");
    const { entries } = await it.json<History>("history", "security-group", "shop");
    expect(entries.map(({ type }) => type)).toEqual([
      "SecurityGroupCreated",
      "NodeChangesApplied",
      "SecurityGroupRuleAdded",
      "NodeChangesApplied",
    ]);
    expect(entries[2]?.changes?.map(({ field }) => field)).toEqual([expect.stringMatching(/^rule [0-9a-f-]{36}$/)]);
  });

  test("tells of a port forwarding what its floating IP's events say of it, and no more", async () => {
    const { floatingIp } = await it.json<{ floatingIp: { id: string } }>("floatingip", "create", "public");
    const to = ["--protocol", "tcp", "--ports", "8080", "--to", "web1", "--to-ports", "80"];
    const made = await it.json<{ portForwarding: { id: string } }>("port-forwarding", "create", floatingIp.id, ...to);
    const { id } = made.portForwarding;
    await succeeds("port-forwarding", "set", id, "--to-ports", "81");
    await succeeds("port-forwarding", "delete", id);
    const { entries } = await it.json<History>("history", "port-forwarding", id);
    const own = entries.filter(({ work }) => work === undefined);
    expect(own.map(({ type }) => type)).toEqual([
      "PortForwardingCreated",
      "PortForwardingUpdated",
      "PortForwardingDeleted",
    ]);
  });

  test("goes on telling of what is deleted, by the name it had", async () => {
    await succeeds("network", "create", "gone", "--mtu", "1400");
    await succeeds("network", "set", "gone", "--mtu", "1300");
    await succeeds("network", "delete", "gone");
    const text = await succeeds("history", "network", "gone");
    expect(text).toContain("    mtu: 1400 → 1300\n");
    expect(text).toContain("NetworkDeleted by admin");
    expect((await it.rhumb("history", "network", "never")).stderr).toContain('no network is called "never"');
    expect((await it.rhumb("history", "netwrok", "web")).code).toBe(2);
  });

  test("lists and shows what there was at an earlier moment, by the name it had then", async () => {
    await succeeds("network", "create", "short-lived", "--mtu", "1400");
    const { position } = await it.json<{ position: number }>("network", "list");
    await succeeds("network", "delete", "short-lived");
    const then = ["--as-of", String(position)];
    expect(await succeeds("network", "list", ...then)).toContain(" short-lived ");
    expect(await succeeds("network", "list")).not.toContain(" short-lived ");
    expect(await succeeds("network", "get", "short-lived", ...then)).toMatch(/^mtu +1400$/m);
    const edge = await it.json<{ router: { id: string } }>("router", "get", "edge", ...then);
    expect(edge.router.id).toBe((await it.json<{ router: { id: string } }>("router", "get", "edge")).router.id);
    expect(await succeeds("node", "list", ...then)).toMatch(/^\S+ +host-\S+ +alive /m);
    expect(await succeeds("network", "list", "--as-of", "9h", "-o", "name")).toBe("");
    expect((await it.rhumb("network", "list", "--as-of", "yesterday")).stderr).toContain("accepted is a log position");
    expect((await it.rhumb("network", "list", "--as-of", "9999-01-01")).stderr).toContain("is yet to come");
    expect((await it.rhumb("network", "list", ...then, "--watch")).code).toBe(2);
  });

  test("events are told since a time too", async () => {
    const first = await succeeds("events", "--since", "1h", "-o", "name");
    expect(first).toBe(await succeeds("events", "-o", "name"));
    const { entries } = await it.json<{ entries: { time: string; id: string }[] }>("history", "router", "edge");
    const time = entries.at(-1)?.time ?? "";
    const later = await succeeds("events", "--since", time, "-o", "name");
    expect(later.length).toBeLessThan(first.length);
    expect(later).toContain(entries.at(-1)?.id);
    expect((await it.rhumb("events", "--since", "yesterday")).code).toBe(2);
  });
});
