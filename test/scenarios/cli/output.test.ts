import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { eventually } from "../../support/eventually.ts";
import { type Installation, startInstallation } from "./installation.ts";

const lines = (text: string): string[] => text.trimEnd().split("\n");

describe("what rhumb prints", { timeout: 240_000 }, () => {
  let it: Installation;
  const succeeds = async (...args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await it.rhumb(...args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    return stdout;
  };

  beforeAll(async () => {
    it = await startInstallation();
    await succeeds("network", "create", "web", "--tag", "blue", "--description", "shop windows");
  }, 240_000);
  afterAll(() => it.stop());

  test("YAML holds what JSON holds", async () => {
    const network = await it.json<object>("network", "get", "web");
    expect(parse(await succeeds("network", "get", "web", "-o", "yaml"))).toEqual(network);
    const listed = await it.json<object>("network", "list");
    expect(parse(await succeeds("network", "list", "-o", "yaml"))).toEqual(listed);
    const documents = parseAllDocuments(await succeeds("events", "-o", "yaml"));
    expect(documents.length).toBeGreaterThan(1);
  });

  test("a wide table shows what most people leave aside, where there is any", async () => {
    expect(lines(await succeeds("network", "list"))[0]).not.toContain("TAGS");
    const [heading = "", row = ""] = lines(await succeeds("network", "list", "-o", "wide"));
    expect(heading).toMatch(/STATUS +PROJECT +TAGS +CREATED/);
    expect(row).toMatch(/blue .*shop windows$/);
  });

  test("as names, everything is called as rhumb can be told it", async () => {
    const twins = [
      await succeeds("network", "create", "twin", "-o", "json"),
      await succeeds("network", "create", "twin", "-o", "json"),
    ].map((answer) => (JSON.parse(answer) as { network: { id: string } }).network.id);
    const names = lines(await succeeds("network", "list", "-o", "name"));
    expect(names.sort()).toEqual(["web", ...twins].sort());
    for (const name of names) await succeeds("network", "get", name);
    expect(await succeeds("network", "delete", ...twins, "-o", "name")).toBe(`${twins.join("\n")}\n`);
  });

  test("--watch prints a list again when it has changed, until it is stopped", async () => {
    const { child, printed } = it.following("network", "list", "--watch", "-o", "name");
    await eventually(() => expect(printed()).toBe("web\n"));
    // What changes nothing that is shown is not worth printing.
    await succeeds("router", "create", "elsewhere");
    await succeeds("network", "create", "late");
    await eventually(() => expect(lines(printed()).slice(1).sort()).toEqual(["", "late", "web"]));
    await succeeds("network", "delete", "late");
    await eventually(() => expect(printed()).toMatch(/\n\nweb\n$/));
    const ended = once(child, "exit");
    child.kill("SIGINT");
    await ended;
  });

  test("--watch of one ends when it is deleted", async () => {
    await succeeds("network", "create", "short");
    const { child, printed } = it.following("network", "get", "short", "--watch");
    await eventually(() => expect(printed()).toContain("short"));
    const ended = once(child, "exit");
    await succeeds("network", "delete", "short");
    expect(await ended).toEqual([1, null]);
  });

  test("the help of a command points to the global options and does not repeat them", async () => {
    const help = await succeeds("network", "list", "--help");
    expect(help).toContain("Global options: rhumb --help");
    expect(help).not.toContain("--topology");
    expect(await succeeds("--help")).toContain("--topology");
  });
});
