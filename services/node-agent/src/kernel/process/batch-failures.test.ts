import { expect, test } from "vitest";
import type { Operation } from "../../plan/operation.ts";
import { processKernel } from "./process-kernel.ts";
import type { ProgramResult } from "./programs.ts";

// The programs' words are recorded; which operation they are about is what is tested.
function kernelThatSays(result: Partial<ProgramResult>) {
  return processKernel({ run: async () => ({ code: 1, stdout: "", stderr: "", ...result }), start: () => undefined });
}

const host = { resource: "", netns: "" } as const;
const links: Operation[] = [
  { kind: "add-bridge", ...host, device: "brq1", mac: "0e:00:00:00:00:01" },
  { kind: "set-link", ...host, device: "tap1", master: "brq1" },
  { kind: "set-link", ...host, device: "tap2", master: "br-ex" },
];

test("iproute2 tells the line that failed", async () => {
  const stderr = 'Cannot find device "tap1"\nCommand failed -:2\n';
  expect(await kernelThatSays({ stderr }).execute(links)).toEqual({ done: 1, error: 'Cannot find device "tap1"' });
});

test("a name that iproute2 can't resolve is found by the first line that has it", async () => {
  const stderr = 'Error: argument "br-ex" is wrong: Device does not exist\n\n';
  expect(await kernelThatSays({ code: 255, stderr }).execute(links)).toEqual({
    done: 2,
    error: 'Error: argument "br-ex" is wrong: Device does not exist',
  });
});

test("iptables-restore tells the line, and with it the table", async () => {
  const table = { kind: "change-table", resource: "", netns: "r", alsoServes: [], unhook: [], hook: [] } as const;
  const nothing = { chainsBefore: new Map(), removeChains: [], addedRules: [], removedRules: [] };
  const batch: Operation[] = [
    { ...table, ...nothing, table: "mangle", chains: new Map([["rhumbline-mark", []]]) },
    { ...table, ...nothing, table: "nat", chains: new Map([["rhumbline-snat", ["-A rhumbline-snat -j nosuch"]]]) },
  ];
  const stderr =
    "iptables-restore v1.8.9 (nf_tables): Chain 'nosuch' does not exist\nError occurred at line: 6\nTry more.\n";
  expect(await kernelThatSays({ code: 2, stderr }).execute(batch)).toEqual({
    done: 1,
    error: "iptables-restore v1.8.9 (nf_tables): Chain 'nosuch' does not exist Error occurred at line: 6",
  });
});

test("sysctl names what it can't write", async () => {
  const batch: Operation[] = ["net.ipv4.ip_forward", "net.ipv6.conf.all.forwarding"].map((name) => ({
    kind: "write-sysctl",
    ...host,
    name,
    value: "1",
  }));
  const stderr = "sysctl: cannot stat /proc/sys/net/ipv6/conf/all/forwarding: No such file or directory\n";
  expect((await kernelThatSays({ code: 255, stderr }).execute(batch)).done).toBe(1);
});

test("deleting connections that nobody has is no failure", async () => {
  const translation = { kind: "destination", from: "203.0.113.9", to: "10.0.0.5" } as const;
  const batch: Operation[] = [{ kind: "delete-flows", resource: "", netns: "r", translation }];
  const none = "conntrack v1.4.7 (conntrack-tools): 0 flow entries have been deleted.\n";
  expect(await kernelThatSays({ stderr: none }).execute(batch)).toEqual({ done: 1, error: undefined });
  const denied = "conntrack v1.4.7 (conntrack-tools): Operation failed: sorry, you must be root\n";
  expect(await kernelThatSays({ stderr: denied }).execute(batch)).toEqual({ done: 0, error: denied.trim() });
});

test("deleting a forwarding entry that went elsewhere is no failure, and what comes behind it is done", async () => {
  const typed: string[][] = [];
  const answers = [{ code: 1, stderr: "RTNETLINK answers: No such file or directory\nCommand failed -:1\n" }];
  const kernel = processKernel({
    run: async (_, input) => {
      typed.push(input.trim().split("\n"));
      return { code: 0, stdout: "", stderr: "", ...answers.shift() };
    },
    start: () => undefined,
  });
  const batch: Operation[] = [
    { kind: "delete-forwarding", ...host, device: "vxlan-1", mac: "fa:16:3e:00:00:01", tunnel: true, bridged: true },
    { kind: "delete-flood-peer", ...host, device: "vxlan-1", peer: "198.18.0.12" },
  ];
  expect(await kernel.execute(batch)).toEqual({ done: 2, error: undefined });
  expect(typed.at(-1)).toEqual([
    "fdb del fa:16:3e:00:00:01 dev vxlan-1 self",
    "fdb del 00:00:00:00:00:00 dev vxlan-1 dst 198.18.0.12 self",
  ]);
});
