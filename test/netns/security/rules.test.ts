import type { LabInstance } from "@rhumbline/infra/lab";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  addressGroup,
  type DesiredState,
  desiredState,
  filteredBy,
  groupMember,
  instancePort,
  rule,
  sampleId,
  securityGroup,
  tenantNetwork,
} from "../../../services/node-agent/src/kernel/contract/sample-state.ts";
import { securityBackends } from "../../../services/node-agent/src/security/model.ts";
import { eventually } from "../../support/eventually.ts";
import { type KernelLab, startKernelLab } from "../../support/kernel-lab.ts";
import { requiresRoot } from "../../support/requires-root.ts";
import { addressesOf, everythingOut, pings, speakIpv6, v4, v6 } from "./dual-stack.ts";

/** Where its members stand. */
const setsOfGroup9 = {
  nftables: [4, 6].map((family) => `bridge members-${sampleId("a", 9)}-${family}`),
  iptables: [4, 6].map((family) => `ipset rhumbline-m${family}-a000000900004000`),
} as const;

type Rules = Parameters<typeof securityGroup>[1][];

/** Two instances of one network: 11 may do as it likes, 12 lets in what the rules say. */
const guarded = (...rules: Rules): DesiredState =>
  desiredState(
    tenantNetwork(1),
    instancePort(11, 1, { ...filteredBy(1), ...addressesOf(11) }),
    instancePort(12, 1, { ...filteredBy(2), ...addressesOf(12) }),
    securityGroup(1, ...everythingOut),
    securityGroup(2, ...everythingOut, ...rules),
    groupMember(11, [1], v4(11), v6(11)),
    addressGroup(1, `${v4(11)}/32`, `${v6(11)}/128`),
  );

describe.each(securityBackends)("security groups in %s", requiresRoot, (backend) => {
  let kernelLab: KernelLab;
  let instance11: LabInstance;
  let instance12: LabInstance;

  beforeAll(async () => {
    kernelLab = await startKernelLab("process", { securityBackend: backend });
    instance11 = await kernelLab.plugInstance(11, 1);
    instance12 = await kernelLab.plugInstance(12, 1);
    for (const [instance, number] of [
      [instance11, 11],
      [instance12, 12],
    ] as const) {
      await speakIpv6(instance, number);
    }
    await listen(instance12, 80);
    await listen(instance12, 81);
  });
  afterAll(() => kernelLab.lab.down());

  const realise = async (state: DesiredState): Promise<void> => {
    expect((await kernelLab.realise(state)).failures).toEqual([]);
    expect(await kernelLab.planFor(state)).toEqual([]);
  };

  /** Of 12, as 11 sees it. */
  const answers = async () => {
    const ports = (address: string) => Promise.all([80, 81].map((port) => connects(instance11, address, port)));
    const [echo4, echo6, tcp4, tcp6] = await Promise.all([
      pings(instance11, v4(12)),
      pings(instance11, v6(12)),
      ports(v4(12)),
      ports(v6(12)),
    ]);
    return { echo4, echo6, tcp4, tcp6 };
  };

  const nothing = { echo4: false, echo6: false, tcp4: [false, false], tcp6: [false, false] };

  test("let nothing in without a rule, and out what is asked for, with its answers", async () => {
    await realise(guarded());
    expect(await answers()).toEqual(nothing);
    await realise(guarded());
    const other = desiredState(...guarded(), securityGroup(1, ...everythingOut, rule(3), rule(4, { ipv6: true })));
    await realise(other);
    expect(await pings(instance12, v4(11))).toBe(true);
    expect(await pings(instance12, v6(11))).toBe(true);
  });

  test.each<[string, Rules, Partial<Awaited<ReturnType<typeof answers>>>]>([
    ["everything of one IP version", [rule(3)], { echo4: true, tcp4: [true, true] }],
    ["a protocol", [rule(3, { protocol: 6 })], { tcp4: [true, true] }],
    ["a range of ports", [rule(3, { protocol: 6, portRangeMin: 79, portRangeMax: 80 })], { tcp4: [true, false] }],
    ["an ICMP type and code", [rule(3, { protocol: 1, icmpType: 8, icmpCode: 0 })], { echo4: true }],
    ["ICMPv6", [rule(3, { ipv6: true, protocol: 58, icmpType: 128 })], { echo6: true }],
    ["a prefix", [rule(3, { remoteIpPrefix: `${v4(11)}/32`, protocol: 1 })], { echo4: true }],
    ["a prefix of others", [rule(3, { remoteIpPrefix: "10.0.1.64/26" })], {}],
    ["a remote group", [rule(3, { ipv6: true, remoteGroupId: sampleId("a", 1) })], { echo6: true, tcp6: [true, true] }],
    ["a remote group without members", [rule(3, { remoteGroupId: sampleId("a", 9) })], {}],
    ["an address group", [rule(3, { remoteAddressGroupId: sampleId("e", 1) })], { echo4: true, tcp4: [true, true] }],
  ])("let in %s, and nothing else", async (_what, rules, expected) => {
    await realise(guarded(...rules));
    expect(await answers()).toEqual({ ...nothing, ...expected });
  });

  test("a member that comes is let in by one more element, and no rule is touched", async () => {
    const fromGroup = rule(3, { remoteGroupId: sampleId("a", 9) });
    await realise(guarded(fromGroup));
    const joined = desiredState(...guarded(fromGroup), groupMember(11, [1, 9], v4(11), v6(11)));
    const filter = (await kernelLab.planFor(joined)).filter((operation) => operation.startsWith("change filter"));
    const [set4, set6] = setsOfGroup9[backend];
    expect(filter).toEqual([`change filter\n  + element ${set4} ${v4(11)}\n  + element ${set6} ${v6(11)}`]);
    await realise(joined);
    expect(await pings(instance11, v4(12))).toBe(true);
  });

  async function listen(instance: LabInstance, port: number): Promise<void> {
    await instance.spawn(["node", "-e", server, String(port)], { name: `server-${port}` });
    await eventually(async () => {
      expect(await instance.output(["ss", "-ltn"])).toContain(`:${port} `);
    });
  }
});

const server = `require("net").createServer((s) => { s.on("error", () => {}); s.end("ok"); }).listen({ host: "::", port: +process.argv[1] })`;

async function connects(from: LabInstance, address: string, port: number): Promise<boolean> {
  const url = `http://${address.includes(":") ? `[${address}]` : address}:${port}/`;
  const { stdout } = await from.run(["curl", "--http0.9", "-s", "-m1", url]);
  return stdout === "ok";
}
