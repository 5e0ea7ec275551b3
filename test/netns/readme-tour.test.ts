import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { manyNodes } from "@rhumbline/infra/lab";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { requiresRoot } from "../support/requires-root.ts";
import { shellLinesIn } from "../support/shell-lines.ts";
import { type StackLab, startStackLab } from "../support/stack-lab.ts";

/** Every line of a document's shell blocks that calls rhumb. */
const printedIn = (document: string): string[] =>
  shellLinesIn(document)
    .map(({ line }) => line)
    .filter((line) => line.startsWith("rhumb "));

const tour = printedIn("README.md");

/** What a lab can't show: a service that asks who calls, and a log that holds nothing. */
const forOtherTimes = /# refused|^rhumb log restore/;
const operating = printedIn("docs/operating.md").filter((line) => !forOtherTimes.test(line));

/** What the last lines of the tour have to show. */
const shown: Readonly<Record<string, RegExp>> = {
  "rhumb router get": /status +ROUTER_STATUS_ACTIVE/,
  "rhumb node list": /network1 +alive .* role=network/,
  "rhumb events": /RouterInterfaceAdded .*\n(.*\n)*.*NodeChangesApplied/,
  "rhumb history": /RouterInterfaceAdded by .*\n(.*\n)*.*node network2: new desired state/,
  "rhumb why": /wished by +\S+: Router/,
  "rhumb verify": /^kernel network2 +its reports .* equal$/m,
};

describe("what the documents have people type", requiresRoot, () => {
  let stackLab: StackLab;

  beforeAll(async () => {
    stackLab = await startStackLab(...manyNodes);
  });
  afterAll(() => stackLab.down());

  test("the README's tour does what it says, line by line as it is printed", async () => {
    expect(tour.length).toBeGreaterThan(8);
    const told = new Set<string>();
    for (const line of tour) {
      const { code, stdout, stderr } = await stackLab.lab.host("control").run(["bash", "--norc", "-c", line]);
      expect({ line, code, stderr }).toEqual({ line, code: 0, stderr: "" });
      expect(stdout, line).not.toBe("");
      for (const [command, pattern] of Object.entries(shown)) {
        if (!line.startsWith(command)) continue;
        expect(stdout, line).toMatch(pattern);
        told.add(command);
      }
    }
    expect([...told].sort()).toEqual(Object.keys(shown).sort());
  });

  test("what operating.md has an operator type can be typed", async () => {
    expect(operating.length).toBeGreaterThan(5);
    const folder = mkdtempSync(join(tmpdir(), "rhumb-operating-"));
    try {
      for (const line of operating) {
        const typed = line.replaceAll("/root/", `${folder}/`).replace(/\bnode(?=[12]\b)/g, "network");
        const argv = ["env", `XDG_CONFIG_HOME=${folder}`, "bash", "--norc", "-c", typed];
        const { code, stderr } = await stackLab.lab.host("control").run(argv);
        expect({ line, code, stderr }).toEqual({ line, code: 0, stderr: "" });
      }
      expect(statSync(join(folder, "log.backup")).size).toBeGreaterThan(0);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
