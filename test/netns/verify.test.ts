import type { Place } from "@rhumbline/infra/lab";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Stack } from "../../infra/stack/stack.ts";
import { eventually } from "../support/eventually.ts";
import { requiresRoot } from "../support/requires-root.ts";
import { type StackLab, startStackLab } from "../support/stack-lab.ts";

interface Check {
  readonly what: string;
  readonly against: string;
  readonly compared: number;
  readonly differences: readonly { readonly subject: string; readonly expected: string; readonly found: string }[];
  readonly failure: string;
}

/** Something done by hand, and what names it: where it would be undone, and in the object that the node reported otherwise. */
interface Fault {
  readonly command: readonly string[];
  readonly undone: RegExp;
  readonly object: RegExp;
}

const gateway = "203.0.113.1";
const source = "ip rhumbline postrouting";

/** Faults that don't hide each other. @param leg a device of the router. */
const rounds: Readonly<Record<string, (leg: string) => readonly Fault[]>> = {
  "something taken away or changed": (leg) => [
    { command: ["ip", "route", "del", "default"], undone: /route.*default/, object: /^route default in qrouter-/ },
    {
      command: ["sysctl", "-w", "net.ipv4.ip_forward=0"],
      undone: /net\.ipv4\.ip_forward/,
      object: /^sysctl net\.ipv4\.ip_forward in qrouter-/,
    },
    { command: ["ip", "link", "set", leg, "mtu", "1300"], undone: /mtu/, object: /^link qr-\S+ in qrouter-/ },
    { command: ["nft", `flush chain ${source}`], undone: /rules/, object: /^chain ip postrouting in qrouter-/ },
  ],
  "something put in or put elsewhere": (leg) => [
    {
      command: ["ip", "route", "replace", "default", "via", "203.0.113.2", "proto", "118"],
      undone: /route.*default/,
      object: /^route default in qrouter-/,
    },
    {
      command: ["ip", "address", "add", "10.9.9.9/24", "dev", leg],
      undone: /10\.9\.9\.9/,
      object: /^address qr-\S+ 10\.9\.9\.9\/24 in qrouter-/,
    },
    {
      command: ["nft", `insert rule ${source} ip saddr 192.0.2.7 return`],
      undone: /rules/,
      object: /^chain ip postrouting in qrouter-/,
    },
  ],
};

describe("verification of a node's kernel", requiresRoot, () => {
  let lab: StackLab;
  let stack: Stack;
  let router: Place;

  beforeAll(async () => {
    lab = await startStackLab("node1");
    stack = lab.stack;
    await stack.json("network", "create", "public", "--external", "--type", "flat", "--physical-network", "physnet1");
    await stack.json("subnet", "create", "v4", "--network", "public", "--cidr", "203.0.113.0/24", "--gateway", gateway);
    await stack.json("network", "create", "web");
    await stack.json("subnet", "create", "web-v4", "--network", "web", "--cidr", "10.0.0.0/24");
    const { router: made } = await stack.json<{ router: { id: string } }>(
      "router",
      "create",
      "r1",
      "--gateway",
      "public",
    );
    await stack.json("router", "add-interface", "r1", "--subnet", "web-v4", "--wait");
    router = lab.node("node1").netns(`qrouter-${made.id}`);
  });
  afterAll(() => lab.down());

  const verified = async (...args: readonly string[]): Promise<{ code: number; checks: readonly Check[] }> => {
    const { code, stdout, stderr } = await stack.rhumb("verify", ...args, "-o", "json");
    if (stdout === "") throw new Error(stderr);
    return { code: Number(code), checks: (JSON.parse(stdout) as { checks: Check[] }).checks };
  };
  const differing = (checks: readonly Check[]) => checks.filter(({ differences }) => differences.length > 0);

  test("where nobody meddled everything is as the log says, and something was compared", async () => {
    const { code, checks } = await verified();
    expect(checks.flatMap(({ differences, failure }) => [...differences, failure]).filter(Boolean)).toEqual([]);
    expect(code).toBe(0);
    const whats = checks.map(({ what, against }) => `${what} / ${against}`);
    expect(whats).toEqual([
      "service ipam / a fold of the log from zero",
      "service topology / a fold of the log from zero",
      "service scheduler / a fold of the log from zero",
      "bucket node1 / the scheduler's fold",
      "kernel node1 / desired state",
      "kernel node1 / its reports",
    ]);
    for (const { compared } of checks) expect(compared).toBeGreaterThan(3);
  });

  test("a router comes to its node with its first leg and goes with the last, and the log says so", async () => {
    const { router: bare } = await stack.json<{ router: { id: string } }>("router", "create", "bare", "--wait");
    await stack.json("network", "create", "side");
    await stack.json("subnet", "create", "side-v4", "--network", "side", "--cidr", "10.0.9.0/24");
    const isThere = async (): Promise<boolean> =>
      (await lab.node("node1").output(["ls", "/run/netns"])).split("\n").includes(`qrouter-${bare.id}`);
    const equal = { code: 0 };
    expect(await isThere()).toBe(false);
    expect(await verified("--no-services")).toMatchObject(equal);
    for (const _ of ["first", "again"]) {
      await stack.json("router", "add-interface", "bare", "--subnet", "side-v4", "--wait");
      expect(await isThere()).toBe(true);
      expect(await verified("--no-services")).toMatchObject(equal);
      await stack.json("router", "remove-interface", "bare", "--subnet", "side-v4", "--wait");
      expect(await isThere()).toBe(false);
      expect(await verified("--no-services")).toMatchObject(equal);
    }
    await stack.json("router", "delete", "bare", "--wait");
  });

  test.each(Object.keys(rounds))(
    "%s by hand on a held node is found, all of it, and repaired on release",
    async (round) => {
      await stack.json("node", "hold", "node1");
      const leg = /^qr-[^@\s]+/m.exec(await router.output(["ip", "-brief", "link"]))?.[0] ?? "";
      const faults = rounds[round]?.(leg) ?? [];
      for (const { command } of faults) await router.output(command);
      const { code, checks } = await verified("--no-services");
      expect(code).toBe(3);
      const [desired, reported, ...others] = differing(checks);
      expect(others).toEqual([]);
      expect([desired?.against, reported?.against]).toEqual(["desired state", "its reports"]);
      for (const { undone } of faults)
        expect(desired?.differences.map(({ subject }) => subject)).toContainEqual(expect.stringMatching(undone));
      const objects = faults.map(({ object }) => expect.stringMatching(object));
      const found = reported?.differences.map(({ subject }) => subject);
      expect(found).toHaveLength(objects.length);
      expect(found).toEqual(expect.arrayContaining(objects));
      await stack.json("node", "release", "node1");
      await eventually(async () => expect((await verified("--no-services", "--no-bucket")).code).toBe(0));
    },
  );

  test("a held node says so where nodes are listed, and takes no new state until it is released", async () => {
    await stack.json("node", "hold", "node1");
    await eventually(async () => expect((await stack.rhumb("node", "list")).stdout).toContain("held by an operator"));
    await stack.json("router", "set", "r1", "--no-snat");
    const { stdout } = await stack.rhumb("verify", "--no-services", "--no-bucket", "--node", "node1");
    expect(stdout).toMatch(/^kernel node1 +desired state +\d+ +\d+ +\d+ +DIFFERENT +held by an operator$/m);
    expect(stdout).toMatch(/^kernel node1 +its reports .* equal +held by an operator$/m);
    await stack.json("node", "release", "node1");
    await stack.json("router", "set", "r1", "--snat", "--wait");
    expect((await verified("--no-services")).code).toBe(0);
  });

  test("an agent that does not answer leaves its node unverified, and the rest is told", async () => {
    await stack.kill(["agent-node1"]);
    const { code, stdout, stderr } = await stack.rhumb("verify");
    expect(code).toBe(1);
    expect(stdout).toMatch(/^kernel node1 +desired state +not verified +.*AGENT_UNREACHABLE/m);
    expect(stdout).toMatch(/^bucket node1 .* equal$/m);
    expect(stderr).toContain("not verified: kernel node1");
  });
});
