import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { machineFootprint, NoSuchLab, openLab } from "@rhumbline/infra/lab";
import { afterEach, describe, expect, test } from "vitest";
import { requiresRoot } from "../support/requires-root.ts";

const repository = join(import.meta.dirname, "../..");
const program = [process.execPath, "--import", "tsx", "infra/lab/main.ts"];
const name = `cmd${process.pid}`;

describe("the lab command", requiresRoot, () => {
  afterEach(() => {
    lab("down", "--name", name);
  });

  test("a lab stays up when the command that started it has ended, until it is taken down", async () => {
    const before = machineFootprint();
    const up = lab("up", "--name", name, "--nodes", "node1,node2");
    expect(up.stderr).toBe("");
    expect(up.stdout).toContain(`lab ${name} is up`);
    expect(lab("status").stdout).toMatch(new RegExp(`${name} +up +node2 +198\\.18\\.0\\.12 +\\d+ +0 +0`));
    expect(lab("shell", "node1", "--name", name, "--", "hostname").stdout).toBe("node1\n");

    const opened = openLab(name);
    await opened.host("node1").output(["ping", "-c1", "-W10", "node2"]);
    expect(lab("down", "--name", name)).toEqual({ code: 0, stdout: `lab ${name} is down\n`, stderr: "" });
    expect(opened.hosts.filter((host) => host.isOn())).toEqual([]);
    expect(existsSync(opened.workFolder)).toBe(false);
    expect(machineFootprint()).toEqual(before);
  });

  test("a killed keeper takes everything with it, a stopped program too", async () => {
    const before = machineFootprint();
    lab("up", "--name", name);
    const opened = openLab(name);
    const node = opened.host("node1");
    await node.output(["ip", "netns", "add", "qrouter-x"]);
    const running = await node.netns("qrouter-x").spawn(["sleep", "1000"], { name: "running" });
    const stopped = await node.spawn(["sleep", "1000"], { name: "stopped" });
    stopped.kill("SIGSTOP");
    const pids = [running.pid, stopped.pid, opened.fabric.pid, ...opened.hosts.map((host) => host.pid)];

    process.kill(keeperPid(opened.workFolder), "SIGKILL");
    await Promise.all([running.exited, stopped.exited]);
    while (pids.some((pid) => existsSync(`/proc/${pid}`))) await sleep(10);
    expect(machineFootprint()).toEqual(before);

    expect(() => openLab(name)).toThrow(NoSuchLab);
    expect(lab("status").stdout).toMatch(new RegExp(`${name} +dead: its keeper \\d+ is gone`));
    expect(lab("up", "--name", name).code).toBe(0);
  });

  test("what was typed wrong is told apart from what failed", () => {
    expect(lab("bogus")).toMatchObject({ code: 2, stderr: expect.stringContaining("unknown command bogus") });
    expect(lab("up", "--nodess", "x").code).toBe(2);
    expect(lab("shell", "node1", "--name", name)).toEqual({
      code: 1,
      stdout: "",
      stderr: `lab: lab ${name} is not up: start it with lab up --name ${name}\n`,
    });
    expect(lab("down", "--name", name)).toEqual({ code: 0, stdout: `lab ${name} was not up\n`, stderr: "" });
  });

  test("without root, one line says what can't run and why", () => {
    const nobody = ["setpriv", "--reuid=65534", "--clear-groups", ...program, "up", "--name", name];
    expect(run(nobody)).toEqual({
      code: 1,
      stdout: "",
      stderr: "lab: a lab needs root, to make network namespaces: run it with sudo\n",
    });
  });
});

function lab(...args: string[]): { code: number | null; stdout: string; stderr: string } {
  return run([...program, ...args]);
}

function run([command = "", ...args]: string[]): { code: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: repository, encoding: "utf8" });
  return { code: status, stdout, stderr };
}

function keeperPid(workFolder: string): number {
  const state = JSON.parse(readFileSync(join(workFolder, "lab.json"), "utf8")) as { keeper: { pid: number } };
  return state.keeper.pid;
}
