import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";

const here = import.meta.dirname;
const repository = join(here, "../..");
const units = readdirSync(here).filter((name) => name.endsWith(".service"));
const folder = mkdtempSync(join(tmpdir(), "rhumbline-units-"));
const analyze = spawnSync("systemd-analyze", ["--version"]).error === undefined;

afterAll(() => rmSync(folder, { recursive: true }));

test("every program of the product has its unit", () => {
  const programs = readdirSync(join(repository, "services")).map((name) => `rhumbline-${name}.service`);
  expect(units.sort()).toEqual(programs.sort());
});

test("systemd understands every unit", (context) => {
  if (!analyze) context.skip("systemd-analyze is not installed (Debian package systemd)");
  for (const name of units) {
    // As if installed: systemd looks whether the programs named are there.
    const text = readFileSync(join(here, name), "utf8")
      .replaceAll("/opt/rhumbline", repository)
      .replaceAll("/usr/bin/node", process.execPath);
    writeFileSync(join(folder, name), text);
  }
  const verify = ["verify", "--man=no", "--recursive-errors=no", ...units.map((name) => join(folder, name))];
  // It writes what it does not understand to standard error, and may still end well.
  const { stderr, status } = spawnSync("systemd-analyze", verify, { encoding: "utf8" });
  const aboutOurs = stderr.split("\n").filter((line) => line.includes("rhumbline"));
  expect({ aboutOurs, status }).toEqual({ aboutOurs: [], status: 0 });
});

test("each unit serves and is watched where its metrics and its defaults say", () => {
  const listens = units.map((name) => /RHUMBLINE_LISTEN=(\S+) RHUMBLINE_METRICS=(\S+)/.exec(textOf(name))?.slice(1, 3));
  expect(new Set(listens.flat()).size).toBe(2 * units.length);
  const scraped = readFileSync(join(repository, "infra/otel/collector.yaml"), "utf8");
  for (const metrics of listens.map((pair) => pair?.[1] ?? "none")) expect(scraped).toContain(metrics);
});

test("the scripts that start and watch are such that a shell takes", () => {
  for (const script of ["start-notifying.sh", "watch-health.sh"])
    expect(() => execFileSync("sh", ["-n", join(here, script)])).not.toThrow();
});

function textOf(name: string): string {
  return readFileSync(join(here, name), "utf8");
}
