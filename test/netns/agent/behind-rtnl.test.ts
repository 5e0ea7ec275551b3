import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Lab, type LabHost, nodeHosts, startLab } from "@rhumbline/infra/lab";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hostAsker } from "../../../services/node-agent/src/kernel/native/host/ask-host.ts";
import type { ObservedHost } from "../../../services/node-agent/src/kernel/native/host/observed-host.ts";
import type { AskRoom } from "../../../services/node-agent/src/kernel/native/room.ts";
import { eventually } from "../../support/eventually.ts";
import { nativeRoomIn } from "../../support/native-room.ts";
import { requiresRoot } from "../../support/requires-root.ts";
import { requiresStrace } from "../../support/requires-strace.ts";

const bridge = "brqa";
const mode = `net.ipv6.conf.${bridge}.addr_gen_mode`;

// As long as anybody holds rtnl the kernel has who reads or writes such a file spin.
describe("how a bridge makes its own addresses", { ...requiresRoot, ...requiresStrace }, () => {
  let lab: Lab;
  let node: LabHost;
  let askRoom: AskRoom;
  let look: (anew: boolean) => Promise<ObservedHost>;
  let traceFile: string;
  const run = (command: string) => node.output(["sh", "-c", command]);
  const write = (value: string) =>
    askRoom({
      ask: "execute",
      batch: [{ kind: "write-sysctl", resource: "", netns: "", name: mode, value }],
    });
  /** Calls with a file of that sysctl, of whatever device. */
  const calls = (...names: string[]): string[] =>
    readFileSync(traceFile, "utf8")
      .split("\n")
      .filter((line) => line.includes("/addr_gen_mode") && names.some((name) => line.includes(` ${name}(`)));

  beforeAll(async () => {
    lab = await startLab({ name: `behind-rtnl-${randomUUID().slice(0, 8)}`, hosts: nodeHosts("node1") });
    node = lab.host("node1");
    await run(`ip link add ${bridge} up type bridge`);
    traceFile = join(node.folder, "calls");
    const traced = ["-e", "trace=openat,read,pread64,write,pwrite64"];
    askRoom = await nativeRoomIn(node, {
      listens: true,
      under: ["strace", "-D", "-f", "-y", ...traced, "-o", traceFile],
    });
    look = hostAsker(askRoom);
    await look(true);
    await eventually(() => expect(calls("openat").join()).toContain(`/${bridge}/addr_gen_mode`));
  });
  afterAll(() => lab.down());

  test("is heard when somebody writes to the file, whatever he writes", async () => {
    for (const value of ["1", "0"]) {
      await run(`sysctl -qw ${mode}=${value}`);
      expect((await look(false)).sysctls.get(mode)).toBe(value);
    }
  });

  test("is set as it is desired, while the bridge is up and while it is down", async () => {
    for (const state of ["up", "down"]) {
      await run(`ip link set ${bridge} ${state}`);
      for (const value of ["1", "0"]) {
        expect(await write(value)).toEqual({ done: 1, error: undefined });
        expect((await run(`cat /proc/sys/${mode.replaceAll(".", "/")}`)).trim()).toBe(value);
        expect((await look(false)).sysctls.get(mode)).toBe(value);
      }
    }
  });

  test("is refused in the kernel's words where there is no such bridge", async () => {
    await run(`ip link add brqb type bridge; ip link delete brqb`);
    const name = "net.ipv6.conf.brqb.addr_gen_mode";
    const refused = await askRoom({
      ask: "execute",
      batch: [{ kind: "write-sysctl", resource: "", netns: "", name, value: "1" }],
    });
    expect(refused).toEqual({ done: 0, error: 'Device "brqb" does not exist.' });
  });

  test("is neither read from a file by all that, nor written to one: what new devices get is read, with everything else", async () => {
    const before = calls("read", "pread64");
    for (const mtu of ["1400", "1500"]) {
      await run(`ip link set ${bridge} mtu ${mtu}`);
      await look(false);
    }
    expect(calls("read", "pread64")).toEqual(before);
    await look(true);
    const read = calls("read", "pread64");
    expect(read.length).toBeGreaterThan(before.length);
    expect(read.filter((line) => !line.includes("/default/addr_gen_mode"))).toEqual([]);
    expect(calls("write", "pwrite64")).toEqual([]);
  });
});
