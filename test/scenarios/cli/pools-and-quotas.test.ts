import { execFile } from "node:child_process";
import { mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Installation, startInstallation } from "./installation.ts";

const lines = (text: string): string[] => text.trimEnd().split("\n");

describe("subnet pools, quotas and completion", { timeout: 240_000 }, () => {
  let it: Installation;
  const succeeds = async (...args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await it.rhumb(...args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    return stdout;
  };

  beforeAll(async () => {
    it = await startInstallation();
    await succeeds("network", "create", "web");
  }, 240_000);
  afterAll(() => it.stop());

  test("a subnet is carved from a pool that is called by its name", async () => {
    const length = ["--default-prefix-length", "24"];
    await succeeds("subnetpool", "create", "campus", "--prefix", "10.8.0.0/16", ...length, "--default");
    const first = ["subnet", "create", "s1", "--network", "web", "--subnet-pool", "campus", "-o", "json"];
    expect(JSON.parse(await succeeds(...first))).toMatchObject({ subnet: { cidr: "10.8.0.0/24" } });
    const second = ["subnet", "create", "s2", "--network", "web", "--default-pool", "4", "--prefix-length", "26"];
    expect(JSON.parse(await succeeds(...second, "-o", "json"))).toMatchObject({ subnet: { cidr: "10.8.1.0/26" } });
    const { code, stderr } = await it.rhumb("subnetpool", "delete", "campus");
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining("SUBNET_POOL_IN_USE") });
    expect(await succeeds("subnetpool", "set", "campus", "--prefix", "10.8.0.0/15", "-o", "json")).toContain(
      "10.8.0.0/15",
    );
    expect(lines(await succeeds("subnetpool", "list"))[1]).toMatch(/campus +10\.8\.0\.0\/15 +\/24 +yes +no$/);
  });

  test("where a subnet lies has to be said, once", async () => {
    const create = ["subnet", "create", "s3", "--network", "web"];
    for (const args of [[], ["--cidr", "10.9.0.0/24", "--default-pool", "4"], ["--default-pool", "5"]]) {
      expect((await it.rhumb(...create, ...args)).code).toBe(2);
    }
  });

  test("a quota is set, shown with what is used, and given back to the default", async () => {
    const set = await succeeds("quota", "set", "default", "--network", "1", "--router", "-1");
    expect(set).toMatch(/^network +1 +1$/m);
    expect(set).toMatch(/^router +any +0$/m);
    const { code, stderr } = await it.rhumb("network", "create", "one-too-many");
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining("QUOTA_EXCEEDED") });
    expect(await succeeds("quota", "list")).toMatch(/^default +1 /m);
    expect(await succeeds("quota", "set", "default", "--network", "default")).toMatch(/^network +(?!1 )\S+ +1$/m);
    const { position } = await it.json<{ position: number }>("quota", "get", "default");
    await succeeds("quota", "set", "default", "--network", "7");
    expect(await succeeds("quota", "get", "default")).toMatch(/^network +7 +1$/m);
    expect(await succeeds("quota", "get", "default", "--as-of", String(position))).not.toMatch(/^network +7 /m);
    await succeeds("quota", "set", "default", "--network", "default");
    expect((await it.rhumb("quota", "set", "default")).code).toBe(2);
    expect((await it.rhumb("quota", "set", "default", "--port", "many")).code).toBe(2);
  });

  test("commands, flags and choices are offered, and the names of what there is", async () => {
    const offered = async (...words: readonly string[]): Promise<string[]> =>
      lines(await succeeds("__complete", "--", ...words)).map((line) => line.split("\t")[0] ?? "");
    expect(await offered("netw")).toEqual(["network"]);
    expect(await offered("network", "create", "x", "--ty")).toEqual(["--type"]);
    expect(await offered("network", "create", "x", "--type=v")).toEqual(["--type=vxlan", "--type=vlan"]);
    expect(await offered("network", "get", "")).toEqual(["web"]);
    expect(await offered("subnet", "create", "x", "--network", "w")).toEqual(["web"]);
    expect((await offered("history", "subnet", "s")).sort()).toEqual(["s1", "s2"]);
    expect(await offered("security-group", "rule", "")).toEqual(["create", "list", "delete", "help"]);
    await succeeds("security-group", "create", "shop");
    await succeeds("address-group", "create", "offices", "--address", "192.0.2.0/24");
    expect(await offered("port", "create", "x", "--security-group", "sh")).toEqual(["shop"]);
    expect(await offered("port", "set", "x", "--port-security", "o")).toEqual(["on", "off"]);
    expect(await offered("security-group", "rule", "list", "sh")).toEqual(["shop"]);
    expect(await offered("security-group", "rule", "create", "shop", "--remote-address-group", "")).toEqual([
      "offices",
    ]);
    expect(await offered("subnet", "create", "x", "--ipv6-ra-mode", "s")).toEqual(["slaac"]);
    expect(await offered("apply", "-f", "")).toEqual([":files"]);
    expect(await offered("network", "get", "--topology", "127.0.0.1:1", "")).toEqual([""]);
  });

  test("bash offers what rhumb does", async () => {
    const folder = await mkdtemp(join(tmpdir(), "rhumb-bash-"));
    try {
      await symlink(join(import.meta.dirname, "../../../cli/bin/rhumb"), join(folder, "rhumb"));
      const typed = 'COMP_WORDS=(rhumb network get w); COMP_CWORD=3; _rhumb; echo "$COMPREPLY"';
      const script = `source <(rhumb completion bash); ${typed}`;
      const env = { ...process.env, ...it.env, PATH: `${folder}:${process.env["PATH"]}` };
      const { stdout } = await promisify(execFile)("bash", ["--norc", "-c", script], { env });
      expect(stdout).toBe("web\n");
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
