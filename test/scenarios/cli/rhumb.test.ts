import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startEventLog } from "../../support/event-log-process.ts";
import { eventually } from "../../support/eventually.ts";
import { type Installation, runRhumb, startInstallation, startWillingNode } from "./installation.ts";

interface Network {
  readonly network: { readonly id: string; readonly name: string };
}
interface Router {
  readonly router: {
    readonly id: string;
    readonly status: string;
    readonly externalGateway?: { readonly networkId: string; readonly enableSnat: boolean };
    readonly interfaces?: readonly { readonly ipAddress: string }[];
  };
}
interface FloatingIp {
  readonly floatingIp: { readonly floatingIpAddress: string; readonly portId?: string; readonly status: string };
}

const lines = (text: string): string[] => text.trimEnd().split("\n");

describe("rhumb", { timeout: 240_000 }, () => {
  let it: Installation;
  /** Fails with the command's own words. */
  const succeeds = async (...args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await it.rhumb(...args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    return stdout;
  };
  const refused = async (...args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await it.rhumb(...args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(lines(stderr)).toHaveLength(1);
    return stderr;
  };

  beforeAll(async () => {
    it = await startInstallation();
    await succeeds("network", "create", "public", "--external", "--type", "flat", "--physical-network", "physnet1");
    const publicSubnet = ["--network", "public", "--cidr", "203.0.113.0/24", "--gateway", "203.0.113.1"];
    await succeeds("subnet", "create", "public-v4", ...publicSubnet, "--pool", "203.0.113.10-203.0.113.99");
    await succeeds("network", "create", "web");
    await succeeds("subnet", "create", "web-v4", "--network", "web", "--cidr", "10.0.0.0/24", "--dns", "192.0.2.53");
  }, 240_000);
  afterAll(() => it.stop());

  test("makes a router by the names of what it links, and changes it", async () => {
    await succeeds("router", "create", "r1", "--external-network", "public");
    const { router } = await it.json<Router>("router", "add-interface", "r1", "--subnet", "web-v4");
    expect(router.interfaces).toMatchObject([{ ipAddress: "10.0.0.1" }]);
    const without = await it.json<Router>("router", "set", "r1", "--no-snat");
    expect(without.router.externalGateway).toMatchObject({ enableSnat: false });
    const cleared = await it.json<Router>("router", "set", "r1", "--no-gateway");
    expect(cleared.router.externalGateway).toBeUndefined();
    const again = await it.json<Router>("router", "set", "r1", "--gateway", "public");
    expect(again.router.externalGateway).toMatchObject({ enableSnat: true });
    await succeeds("router", "remove-interface", "r1", "--subnet", "web-v4");
    await succeeds("router", "delete", "r1");
    expect(await refused("router", "get", "r1")).toContain('no router is called "r1"');
  });

  test("sets a port's addresses, its tags and a subnet's name servers, and takes them back", async () => {
    await succeeds("port", "create", "set1", "--network", "web", "--ip", "10.0.0.40", "--tag", "blue");
    const ports = async (): Promise<string> => (await succeeds("port", "list", "--filter", 'name = "set1"')).trimEnd();
    await succeeds("port", "set", "set1", "--ip", "10.0.0.41", "--ip", "10.0.0.42", "--no-tag");
    expect(await ports()).toContain("10.0.0.41, 10.0.0.42");
    expect(await succeeds("port", "get", "set1")).not.toContain("blue");
    await succeeds("port", "set", "set1", "--subnet", "web-v4");
    expect(await ports()).toMatch(/ 10\.0\.0\.\d+ /);
    await succeeds("port", "set", "set1", "--no-fixed-ip");
    expect(await ports()).not.toContain("10.0.0.");
    await succeeds("port", "delete", "set1");
    await succeeds("subnet", "set", "web-v4", "--no-dns");
    expect(await succeeds("subnet", "get", "web-v4")).not.toContain("192.0.2.53");
    await succeeds("subnet", "set", "web-v4", "--dns", "192.0.2.53");
    expect((await it.rhumb("port", "get", "set2")).stderr).toContain('no port is called "set2"');
    expect((await it.rhumb("subnet", "get", "web-v6")).stderr).toContain("did you mean web-v4?");
  });

  test("forwards ports of a floating IP, from a command or a file, and stops", async () => {
    await succeeds("router", "create", "r2", "--gateway", "public");
    await succeeds("router", "add-interface", "r2", "--subnet", "web-v4");
    await succeeds("port", "create", "vm1", "--network", "web");
    const { floatingIp } = await it.json<FloatingIp>("floatingip", "create", "public", "--address", "203.0.113.77");
    const address = floatingIp.floatingIpAddress;
    const flags = ["--protocol", "tcp", "--ports", "8000-8010", "--to", "vm1", "--to-ports", "80-90"];
    const id = (await succeeds("port-forwarding", "create", address, ...flags, "-o", "name")).trim();
    expect(await succeeds("port-forwarding", "list")).toMatch(/ TCP +8000-8010 +10\.0\.0\.\d+:80-90 +BUILD$/m);
    await succeeds("port-forwarding", "set", id, "--ports", "9000", "--to-ports", "22", "--description", "ssh");
    expect(await succeeds("port-forwarding", "get", id)).toMatch(/22/);
    expect(await refused("port-forwarding", "create", address, ...flags.with(3, "8999-9009"))).toContain(
      "tcp 9000 of port forwarding",
    );
    const wanted = `{kind: port-forwarding, floating_ip: ${address}, protocol: udp, external_ports: 53, port: vm1}`;
    const applied = async (text: string) => (await it.rhumbReading(text, "apply", "-f", "-")).stdout;
    expect(await applied(wanted)).toContain(`port-forwarding/${address} udp 53 created`);
    expect(await it.rhumbReading(wanted, "diff", "-f", "-")).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(await applied(wanted.replace("port: vm1", "internal_ports: 5353, port: vm1"))).toContain("changed");
    await succeeds("port-forwarding", "delete", id);
    expect(lines(await succeeds("port-forwarding", "list", "--filter", "protocol = udp"))).toHaveLength(2);
    await succeeds("floatingip", "delete", address);
    expect(await succeeds("port-forwarding", "list", "-o", "name")).toBe("");
    await succeeds("router", "remove-interface", "r2", "--subnet", "web-v4");
    await succeeds("router", "delete", "r2");
    await succeeds("port", "delete", "vm1");
  });

  test("lists as a table that is aligned and uncoloured where nobody watches", async () => {
    const [heading = "", ...rows] = lines(await succeeds("subnet", "list", "--sort", "name"));
    expect(heading).toMatch(/^ID +NAME +NETWORK +CIDR +GATEWAY +POOLS$/);
    const column = heading.indexOf("CIDR");
    expect(rows.map((row) => row.slice(column).split(" ")[0])).toEqual(["203.0.113.0/24", "10.0.0.0/24"]);
    expect(rows.join()).not.toContain("\u001b");
    const filtered = await succeeds("network", "list", "--filter", "external = true");
    expect(lines(filtered)).toHaveLength(2);
  });

  test("a floating IP goes from port to port, called by its address", async () => {
    await succeeds("router", "create", "edge", "--gateway", "public");
    await succeeds("router", "add-interface", "edge", "--subnet", "web-v4");
    await succeeds("port", "create", "first", "--network", "web", "--ip", "10.0.0.7", "--mac", "fa:16:3e:00:00:07");
    await succeeds("port", "create", "second", "--network", "web", "--subnet", "web-v4");
    const { floatingIp } = await it.json<FloatingIp>("floatingip", "create", "public", "--port", "first");
    const { floatingIpAddress: address } = floatingIp;
    const moved = await it.json<FloatingIp>("floatingip", "set", address, "--port", "second");
    expect(moved.floatingIp.portId).not.toBe(floatingIp.portId);
    const free = await it.json<FloatingIp>("floatingip", "set", address, "--no-port");
    expect(free.floatingIp).toMatchObject({ status: "FLOATING_IP_STATUS_DOWN" });
    expect(free.floatingIp.portId).toBeUndefined();
    await succeeds("floatingip", "delete", address);
    await succeeds("router", "remove-interface", "edge", "--subnet", "web-v4");
    await succeeds("router", "delete", "edge");
    await succeeds("port", "delete", "first", "second");
  });

  test("a name that two have is refused, with their ids", async () => {
    const ids = [
      (await it.json<Network>("network", "create", "twin")).network.id,
      (await it.json<Network>("network", "create", "twin")).network.id,
    ];
    const why = await refused("network", "delete", "twin");
    for (const id of ids) expect(why).toContain(id);
    await succeeds("network", "delete", ...ids);
  });

  test("a refusal is the service's words and its reason", async () => {
    expect(await refused("network", "delete", "web")).toMatch(/still has subnets .* \(NETWORK_IN_USE\)\n$/);
    expect(await refused("subnet", "create", "bad", "--network", "web", "--cidr", "10.0.0.0/33")).toContain(
      "subnet.cidr",
    );
  });

  test("an instance's id and its network device are told apart", async () => {
    await succeeds("port", "create", "of-vm", "--network", "web", "--device-id", "vm-7");
    expect(await it.json("port", "get", "of-vm")).toMatchObject({ port: { deviceId: "vm-7" } });
    const { code, stderr } = await it.rhumb("port", "create", "vm", "--network", "web", "--device", "tap7");
    expect(code).toBe(2);
    expect(stderr).toMatch(/--device-id tap7; the network device .* rhumb port bind --device tap7/);
    await succeeds("port", "delete", "of-vm");
  });

  test("what can't be meant ends with 2 and says what is near", async () => {
    const { code, stderr } = await it.rhumb("routr", "list");
    expect(code).toBe(2);
    expect(stderr).toContain("did you mean router?");
    expect((await it.rhumb("subnet", "create", "x", "--network", "web")).code).toBe(2);
    expect((await it.rhumb("network", "set", "web")).code).toBe(2);
    expect((await it.rhumb("network", "--help")).code).toBe(0);
  });

  test("nothing is changed by --validate-only, and twice the same by one request id", async () => {
    const validated = await it.json<Network>("network", "create", "maybe", "--validate-only");
    expect(validated.network.name).toBe("maybe");
    expect(await refused("network", "get", "maybe")).toContain("no network");
    const requestId = ["--request-id", randomUUID()];
    const first = await it.json<Network>("network", "create", "once", ...requestId);
    const second = await it.json<Network>("network", "create", "once", ...requestId);
    expect(second).toEqual(first);
    expect(await refused("network", "create", "other", ...requestId)).toContain("REQUEST_ID_REUSED");
    await succeeds("network", "delete", "once");
  });

  test("--wait says what keeps it from being realised, and returns when a node has it", async () => {
    await succeeds("router", "create", "awaited", "--gateway", "public");
    const add = ["router", "add-interface", "awaited", "--subnet", "web-v4"];
    expect(await refused(...add, "--wait", "--timeout", "3")).toContain("is not realised");
    const node = await startWillingNode(it.nats);
    try {
      await eventually(async () => expect(await succeeds("node", "list")).toContain("alive"));
      const { router } = await it.json<Router>("router", "set", "awaited", "--description", "x", "--wait");
      expect(router.status).toBe("ROUTER_STATUS_ACTIVE");
      await succeeds("router", "remove-interface", "awaited", "--subnet", "web-v4", "--wait");
      await succeeds("router", "delete", "awaited", "--wait");
    } finally {
      await node.stop();
    }
  });

  test("tells the same events from the log and from the bus, in the same order", async () => {
    const ids = (text: string): string[] => lines(text).map((line) => (JSON.parse(line) as { id: string }).id);
    const logged = ids(await succeeds("events", "--until-now", "-o", "json"));
    await eventually(async () => {
      const bus = await succeeds("events", "--nats", it.nats.url, "--since", "start", "-o", "json");
      expect(ids(bus).slice(0, logged.length)).toEqual(logged);
    });
    const ofSubnets = await succeeds("events", "--filter", 'kind = "subnet" AND type = "SubnetCreated"');
    expect(lines(ofSubnets)).toHaveLength(2);
  });

  test("says who serves and that every state is what the log says", async () => {
    expect(await succeeds("status")).toMatch(/^topology .* serving +writer +1 /m);
    await eventually(async () => expect(await succeeds("status")).toContain("the bus has all"));
    const [, ...verified] = lines(await succeeds("verify", "--no-kernel", "--no-bucket"));
    expect(verified.map((row) => row.split(/ +/).at(-1))).toEqual(["equal", "equal", "equal"]);
  });

  test("a copy of the log put into an empty one tells the same", async () => {
    const folder = await mkdtemp(join(tmpdir(), "rhumb-copy-"));
    const empty = await startEventLog();
    try {
      const copied = await succeeds("log", "backup", join(folder, "copy"));
      expect(await succeeds("log", "restore", join(folder, "copy"), "--event-log", empty.address)).toBe(copied);
      expect(await refused("log", "restore", join(folder, "copy"))).toContain("empty");
    } finally {
      await empty.kill();
      await rm(folder, { recursive: true });
    }
  });

  test("a service that isn't there is named, with how to start it", async () => {
    const { code, stderr } = await runRhumb(["network", "list"], { RHUMB_TOPOLOGY: "127.0.0.1:1" });
    expect(code).toBe(1);
    expect(stderr).toBe(
      "rhumb: topology can't be reached at 127.0.0.1:1 (connection refused): start it with `npm run topology`, " +
        "or say where it is with --topology HOST:PORT or RHUMB_TOPOLOGY\n",
    );
  });
});
