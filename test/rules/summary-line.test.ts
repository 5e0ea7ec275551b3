import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const repository = join(import.meta.dirname, "../..");
const vitest = join(repository, "node_modules/.bin/vitest");

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rhumbline-summary-"));
  mkdirSync(join(folder, "infra"));
  symlinkSync(join(repository, "node_modules"), join(folder, "node_modules"));
  write(
    "vitest.config.ts",
    `import { SummaryReporter } from "${repository}/infra/summary-reporter.ts";
export default { test: { reporters: ["default", new SummaryReporter()] } };
`,
  );
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("the last line of a test run counts", () => {
  test("what passed, failed, and was skipped, which is printed with its reason", async () => {
    write(
      "all.test.ts",
      `import { describe, expect, test } from "vitest";
test("a", () => {});
test("b", () => expect(1).toBe(2));
test("c", (context) => context.skip("there is no kernel"));
describe("d", { skip: true, meta: { skipReason: "there is no root" } }, () => {
  test("e", () => {});
  test("f", () => {});
});
`,
    );
    const { code, lines } = await run();
    expect(lines.at(-1)).toBe("1 passed, 1 failed, 3 skipped");
    expect(lines).toContain(" skipped 1 of all.test.ts: there is no kernel");
    expect(lines).toContain(" skipped 2 of all.test.ts: there is no root");
    expect(code).toBe(1);
  });

  test("a file that cannot be loaded as failed", async () => {
    write("lost.test.ts", 'import "./gone.ts";\n');
    expect(await run()).toMatchObject({ code: 1, lastLine: "0 passed, 1 failed, 0 skipped" });
  });

  test("a suite that cannot be set up as failed", async () => {
    write(
      "set-up.test.ts",
      `import { beforeAll, describe, test } from "vitest";
describe("d", () => {
  beforeAll(() => { throw new Error("no") });
  test("e", () => {});
});
`,
    );
    expect(await run()).toMatchObject({ code: 1, lastLine: "0 passed, 1 failed, 1 skipped" });
  });

  test("an error outside of every test as failed", async () => {
    write(
      "stray.test.ts",
      'import { test } from "vitest";\ntest("a", () => { Promise.reject(new Error("stray")); });\n',
    );
    expect(await run()).toMatchObject({ code: 1, lastLine: "1 passed, 1 failed, 0 skipped" });
  });

  test("what an interruption cut short as failed", async () => {
    write(
      "long.test.ts",
      `import { test } from "vitest";
test("a", async () => { process.stdout.write("begun\\n"); await new Promise(() => {}); }, 1e6);
`,
    );
    expect(await run({ interruptAt: "begun" })).toMatchObject({ code: 130, lastLine: "0 passed, 1 failed, 0 skipped" });
  });

  test("nothing, where there is no test, which is no success", async () => {
    expect(await run()).toMatchObject({ code: 1, lastLine: "0 passed, 0 failed, 0 skipped" });
  });
});

function write(name: string, text: string): void {
  writeFileSync(join(folder, name), text);
}

interface Ended {
  readonly code: number;
  readonly lines: readonly string[];
  readonly lastLine: string | undefined;
}

async function run({ interruptAt }: { interruptAt?: string } = {}): Promise<Ended> {
  const child = spawn(vitest, ["run", "--root", folder], {
    cwd: folder,
    env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: "0" },
    stdio: ["ignore", "pipe", "ignore"],
  });
  let stdout = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    const seen = interruptAt !== undefined && stdout.includes(interruptAt);
    stdout += text;
    if (interruptAt !== undefined && !seen && stdout.includes(interruptAt)) child.kill("SIGINT");
  });
  const [code] = (await once(child, "close")) as [number];
  const lines = stdout.trimEnd().split("\n");
  return { code, lines, lastLine: lines.at(-1) };
}
