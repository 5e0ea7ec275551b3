import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bundleRhumb, type Outcome, runRhumb } from "./installation.ts";

let folder: string;
let file: string;
const rhumb = (...args: readonly string[]): Promise<Outcome> => runRhumb(args, { RHUMB_CONTEXTS: file });

beforeAll(async () => {
  await bundleRhumb();
  folder = await mkdtemp(join(tmpdir(), "rhumb-contexts-"));
  file = join(folder, "rhumb/contexts.yaml");
});
afterAll(() => rm(folder, { recursive: true }));

test("an installation is called by its name, and what a flag says comes before", async () => {
  expect(await rhumb("context", "set", "lab", "--topology", "127.0.0.1:1")).toMatchObject({ code: 0, stderr: "" });
  expect(await rhumb("context", "set", "prod", "--topology", "127.0.0.1:2")).toMatchObject({ code: 0 });
  expect((await rhumb("network", "list", "--context", "lab")).stderr).toContain("at 127.0.0.1:1 ");
  expect((await rhumb("network", "list", "--context", "lab", "--topology", "127.0.0.1:3")).stderr).toContain(":3 ");
  expect(await rhumb("context", "use", "prod")).toMatchObject({ code: 0 });
  expect((await rhumb("network", "list")).stderr).toContain("at 127.0.0.1:2 ");
  const { stdout } = await rhumb("context", "list");
  expect(stdout).toMatch(/^prod +\* +topology=127\.0\.0\.1:2$/m);
  expect(await rhumb("context", "delete", "prod")).toMatchObject({ code: 0 });
  expect((await rhumb("context", "list", "-o", "name")).stdout).toBe("lab\n");
});

test("a context that is not there, and a file that can't be meant, are told", async () => {
  expect((await rhumb("network", "list", "--context", "nowhere")).stderr).toBe(
    'rhumb: no context is called "nowhere"; there are: lab\n',
  );
  expect((await rhumb("context", "set", "empty")).code).toBe(2);
  const before = await readFile(file, "utf8");
  for (const garbage of ["[", "- 1", "contexts: 7", "contexts: {a: {topologie: b}}", "wrong: 1"]) {
    await writeFile(file, garbage);
    const { code, stderr } = await rhumb("network", "list");
    expect(code).toBe(1);
    expect(stderr).toContain(file);
    expect(stderr).not.toContain("fault");
  }
  await writeFile(file, before);
});

test("tells its version", async () => {
  expect((await rhumb("--version")).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});
