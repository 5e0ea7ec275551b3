import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { bundled } from "../../support/bundle.ts";
import { eventually } from "../../support/eventually.ts";
import { freePort } from "../../support/free-port.ts";
import { listenToNotifications, type NotifySocket } from "../../support/notify-socket.ts";

const wrapper = join(import.meta.dirname, "../../../infra/systemd/start-notifying.sh");
const missing = ["systemd-notify", "python3", "curl"].filter((program) => spawnSync(program, ["--version"]).error);
const needsPrograms =
  missing.length === 0 ? {} : { skip: true, meta: { skipReason: `not installed: ${missing.join(", ")}` } };

describe("a program under systemd", needsPrograms, () => {
  let folder: string;
  let systemd: NotifySocket;
  let child: ChildProcess;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "rhumbline-notify-"));
    systemd = await listenToNotifications(join(folder, "notify"));
    const env = {
      ...process.env,
      NOTIFY_SOCKET: join(folder, "notify"),
      WATCHDOG_USEC: "3000000",
      RHUMBLINE_LISTEN: `127.0.0.1:${await freePort()}`,
      RHUMBLINE_DATA: join(folder, "data"),
    };
    const argv = [process.execPath, await bundled("event-log")];
    child = spawn(wrapper, argv, { stdio: "ignore", env });
  });
  afterEach(() => {
    child.kill("SIGKILL");
    systemd.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const alive = (): number => systemd.messages.filter((message) => message === "WATCHDOG=1").length;

  test("is ready when it serves, and tells of its life while it answers", async () => {
    await eventually(() => expect(systemd.messages[0]).toMatch(/READY=1/));
    await eventually(() => expect(alive()).toBeGreaterThan(2));
  });

  test("is silent while it hangs, though its process is there", async () => {
    await eventually(() => expect(alive()).toBeGreaterThan(0));
    child.kill("SIGSTOP");
    // What was under way may still arrive.
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    const before = alive();
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    expect(alive()).toBe(before);
    child.kill("SIGCONT");
    await eventually(() => expect(alive()).toBeGreaterThan(before));
  });

  test("is the unit's main process: a stop reaches it, and the watcher ends with it", async () => {
    await eventually(() => expect(alive()).toBeGreaterThan(0));
    const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    expect(await exited).toBe(0);
    await eventually(() => expect(watchersOf(child.pid ?? 0)).toEqual([]));
  });
});

function watchersOf(pid: number): string[] {
  const { stdout } = spawnSync("ps", ["-eo", "args"], { encoding: "utf8" });
  return stdout.split("\n").filter((line) => line.includes(`watch-health.sh ${pid} `));
}
