import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectVerified } from "../../support/expect-verified.ts";
import { requiresRoot } from "../../support/requires-root.ts";
import { shellLinesIn } from "../../support/shell-lines.ts";
import { type StackLab, startStackLab } from "../../support/stack-lab.ts";

/** Hypervisors are left out: a lab has none. */
const recipes = shellLinesIn("docs/instances.md").filter(({ line }) => /^(rhumb|ip) /.test(line));
const ping = recipes.findIndex(({ line }) => line.includes(" ping "));
const move = recipes.findIndex(({ line }) => line.startsWith("rhumb port move"));

interface Port {
  readonly id: string;
  readonly status: string;
  readonly binding: { readonly host: string };
}

describe("what instances.md has people type", requiresRoot, () => {
  let lab: StackLab;

  beforeAll(async () => {
    lab = await startStackLab("node1", "node2");
  }, 600_000);
  afterAll(() => lab?.down());

  const vm1 = async (): Promise<Port> => (await lab.stack.json<{ port: Port }>("port", "get", "vm1")).port;

  async function type(lines: typeof recipes): Promise<string> {
    let last = "";
    for (const { host, line } of lines) {
      const { code, stdout, stderr } = await lab.lab.host(host).run(["bash", "--norc", "-c", line]);
      expect({ line, code, stderr }).toEqual({ line, code: 0, stderr: "" });
      last = stdout;
    }
    return last;
  }

  test("lets one namespace reach the other, on another node", async () => {
    expect(await type(recipes.slice(0, ping + 1))).toContain("bytes from 10.0.0.12");
  });

  test("binds a virtual machine's tap", async () => {
    await type(recipes.slice(ping + 1, move));
    await type([{ host: "control", line: "rhumb wait port vm1 --for status=ACTIVE" }]);
    expect((await vm1()).binding.host).toBe(await lab.nodeId("node1"));
    const bound = await lab.node("node1").output(["ip", "link", "show", "group", "120"]);
    expect(bound).toContain(`alias rhumbline port.${(await vm1()).id}`);
  });

  test("moves it to the other node, and explains it there", async () => {
    expect(await type(recipes.slice(move))).toMatch(/made by .*\n(.*\n)*.*wished by/);
    expect(await vm1()).toMatchObject({
      status: "PORT_STATUS_ACTIVE",
      binding: { host: await lab.nodeId("node2") },
    });
    expect(await lab.node("node2").output(["ip", "link", "show", "vm1"])).toMatch(/ master brq/);
    await expectVerified(lab.stack);
  });
});
