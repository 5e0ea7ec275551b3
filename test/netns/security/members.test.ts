import { monitorKernelWrites } from "@rhumbline/infra/lab";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
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
import { type KernelLab, startKernelLab } from "../../support/kernel-lab.ts";
import { requiresRoot } from "../../support/requires-root.ts";

const group = sampleId("a", 1);
const fromGroup = [rule(3, { remoteGroupId: group }), rule(4, { remoteGroupId: group, ipv6: true })];

/** Three ports here, whose group lets its own members in; so many more members elsewhere. */
const withMembers = (count: number): DesiredState =>
  desiredState(
    tenantNetwork(1),
    ...[11, 12, 13].map((number) => instancePort(number, 1, filteredBy(1))),
    securityGroup(1, ...fromGroup),
    ...Array.from({ length: count }, (_, i) =>
      groupMember(100 + i, [1], `10.9.${Math.floor(i / 200)}.${(i % 200) + 1}`, `2001:db8:9::${i.toString(16)}`),
    ),
  );

const expected = {
  nftables: {
    written: [
      expect.stringContaining(`add element bridge rhumbline members-${group}-4 { `),
      expect.stringContaining(`add element bridge rhumbline members-${group}-6 { `),
      // All of it in one transaction.
      expect.stringContaining("new generation"),
    ],
    added: [],
  },
  // No rule is written. Nothing tells of sets, which are looked at.
  iptables: {
    written: [],
    added: [
      expect.stringContaining("add rhumbline-m4-a000000100004000 10.9."),
      expect.stringContaining("add rhumbline-m6-a000000100004000 2001:db8:9::"),
    ],
  },
} as const;

describe.each(securityBackends)("filtered by %s, one more member of a group", requiresRoot, (backend) => {
  let kernelLab: KernelLab;
  beforeAll(async () => {
    kernelLab = await startKernelLab("process", { securityBackend: backend });
  });
  afterAll(() => kernelLab.lab.down());

  test.each([2, 200])("with %i before it is one more element for each of its addresses, and no rule", async (count) => {
    await kernelLab.realise(withMembers(count));
    const monitor = await monitorKernelWrites(kernelLab.node);
    const before = await membersInIpset();
    expect((await kernelLab.realise(withMembers(count + 1))).failures).toEqual([]);
    const written = (await monitor.stop()).map(({ text }) => text);
    const added = (await membersInIpset()).filter((line) => !before.includes(line));
    expect({ written, added }).toEqual(expected[backend]);
  });

  const membersInIpset = async (): Promise<string[]> =>
    (await kernelLab.node.output(["ipset", "save"])).split("\n").filter((line) => line.startsWith("add "));
});
