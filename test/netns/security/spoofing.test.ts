import { type LabInstance, startCapture } from "@rhumbline/infra/lab";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { filteredBy, instancePort } from "../../../services/node-agent/src/kernel/contract/sample-state.ts";
import { securityBackends } from "../../../services/node-agent/src/security/model.ts";
import { type KernelLab, startKernelLab } from "../../support/kernel-lab.ts";
import { requiresRoot } from "../../support/requires-root.ts";
import { addressesOf, macOf, openPair, pings, speakIpv6, v4, v6 } from "./dual-stack.ts";
import {
  arpReply,
  datagram,
  fragmentedAdvertisement,
  neighbourAdvertisement,
  redirect,
  routerAdvertisement,
} from "./frames.ts";

const fragments = "ip6[6] == 44";
/** ARP replies to everybody, which nobody but these programs sends. */
const told = "ether broadcast and arp[6:2] == 2";
const stranger = "fa:16:3e:00:01:99";

describe.each(securityBackends)("filtered by %s, an instance sends", requiresRoot, (backend) => {
  let kernelLab: KernelLab;
  let sender: LabInstance;
  let other: LabInstance;

  beforeAll(async () => {
    kernelLab = await startKernelLab("process", { securityBackend: backend });
    sender = await kernelLab.plugInstance(11, 1);
    other = await kernelLab.plugInstance(12, 1);
    for (const [instance, number] of [
      [sender, 11],
      [other, 12],
    ] as const) {
      await speakIpv6(instance, number);
    }
  });
  afterAll(() => kernelLab.lab.down());
  afterEach(async () => {
    await sender.run(["ip", "address", "delete", `${v4(99)}/24`, "dev", "eth0"]);
    await sender.run(["ip", "address", "delete", `${v6(99)}/64`, "dev", "eth0"]);
    await sender.output(["ip", "link", "set", "eth0", "address", macOf(11)]);
  });

  const realise = async (state: ReturnType<typeof openPair>): Promise<void> => {
    expect((await kernelLab.realise(state)).failures).toEqual([]);
    expect(await kernelLab.planFor(state)).toEqual([]);
  };

  /** Whether what the sender does is seen by the other. */
  async function arrives(program: readonly string[], filter: string): Promise<boolean> {
    const capture = await startCapture(other, "eth0", filter);
    await sender.output(program);
    return (await capture.stop()).length > 0;
  }

  const takeAddresses = async (): Promise<void> => {
    await sender.output(["ip", "address", "add", `${v4(99)}/24`, "dev", "eth0"]);
    await sender.output(["ip", "address", "add", `${v6(99)}/64`, "dev", "eth0", "nodad"]);
  };

  /** Echo requests that the other sees, by whom they come from. */
  async function echoes(from: readonly string[]): Promise<boolean[]> {
    const seen: boolean[] = [];
    for (const address of from) {
      const capture = await startCapture(other, "eth0", `src host ${address} and (icmp or icmp6[0] == 128)`);
      await sender.run(["ping", "-n", "-q", "-c1", "-W1", "-I", address, address.includes(":") ? v6(12) : v4(12)]);
      seen.push((await capture.stop()).length > 0);
    }
    return seen;
  }

  describe("as itself alone:", () => {
    beforeAll(() => realise(openPair()));

    test("its own addresses, and no others, in IPv4 and IPv6", async () => {
      await takeAddresses();
      expect(await echoes([v4(11), v6(11), v4(99), v6(99)])).toEqual([true, true, false, false]);
    });

    test("its own MAC address, and no other", async () => {
      expect(await pings(sender, v4(12))).toBe(true);
      expect(await pings(sender, v6(12))).toBe(true);
      await sender.output(["ip", "link", "set", "eth0", "address", stranger]);
      const capture = await startCapture(other, "eth0", `ether src ${stranger}`);
      expect(await pings(sender, v4(12))).toBe(false);
      expect(await pings(sender, v6(12))).toBe(false);
      expect(await capture.stop()).toEqual([]);
      const learnt = await kernelLab.node.output(["bridge", "fdb", "show"]);
      expect(learnt).toContain(macOf(12));
      expect(learnt).not.toContain(stranger);
    });

    test("ARP for its own address, from its own MAC address", async () => {
      const source = macOf(11);
      const own = { source, sender: source, address: v4(11) };
      expect(await arrives(arpReply(own), told)).toBe(true);
      expect(await arrives(arpReply({ ...own, address: v4(1) }), told)).toBe(false);
      expect(await arrives(arpReply({ ...own, sender: stranger }), told)).toBe(false);
      expect(await arrives(arpReply({ ...own, source: stranger }), told)).toBe(false);
    });

    test("neighbour advertisements for its own address", async () => {
      expect(await arrives(neighbourAdvertisement(v6(11)), "icmp6[0] == 136")).toBe(true);
      expect(await arrives(neighbourAdvertisement(v6(1)), "icmp6[0] == 136")).toBe(false);
    });

    test("nothing that only a router says", async () => {
      expect(await arrives(routerAdvertisement(), "icmp6[0] == 134")).toBe(false);
      expect(await arrives(redirect(), "icmp6[0] == 137")).toBe(false);
      expect(await arrives(fragmentedAdvertisement(), fragments)).toBe(false);
    });

    test("nothing that only a DHCP server says", async () => {
      expect(await arrives(datagram(4, 1067, 68), "udp port 68")).toBe(true);
      expect(await arrives(datagram(4, 67, 68), "udp port 68")).toBe(false);
      expect(await arrives(datagram(6, 1547, 546), "udp port 546")).toBe(true);
      expect(await arrives(datagram(6, 547, 546), "udp port 546")).toBe(false);
    });
  });

  test("as those that it is allowed to be besides, and still as nobody else", async () => {
    const allowedAddressPairs = [
      { ipAddress: `${v4(96)}/30`, macAddress: macOf(11) },
      { ipAddress: v6(99), macAddress: macOf(11) },
    ];
    await realise(openPair(instancePort(11, 1, { ...filteredBy(1), ...addressesOf(11), allowedAddressPairs })));
    await takeAddresses();
    await sender.output(["ip", "address", "add", `${v4(100)}/24`, "dev", "eth0"]);
    expect(await echoes([v4(11), v4(99), v6(99), v4(100)])).toEqual([true, true, true, false]);
    await sender.output(["ip", "address", "delete", `${v4(100)}/24`, "dev", "eth0"]);
    const source = macOf(11);
    expect(await arrives(arpReply({ source, sender: source, address: v4(98) }), told)).toBe(true);
    expect(await arrives(neighbourAdvertisement(v6(99)), "icmp6[0] == 136")).toBe(true);
    expect(await arrives(neighbourAdvertisement(v6(98)), "icmp6[0] == 136")).toBe(false);
  });

  test("from another MAC address that it is allowed to have, with the addresses that go with it", async () => {
    const allowedAddressPairs = [{ ipAddress: v4(99), macAddress: stranger }];
    await realise(openPair(instancePort(11, 1, { ...filteredBy(1), ...addressesOf(11), allowedAddressPairs })));
    await takeAddresses();
    await sender.output(["ip", "link", "set", "eth0", "address", stranger]);
    expect(await echoes([v4(99), v4(11)])).toEqual([true, false]);
  });

  test("as anybody, and whatever it likes, where port security is off", async () => {
    const unguarded = [11, 12].map((number) =>
      instancePort(number, 1, { portSecurity: false, ...addressesOf(number) }),
    );
    await realise(openPair(...unguarded));
    await takeAddresses();
    await sender.output(["ip", "link", "set", "eth0", "address", stranger]);
    expect(await echoes([v4(99), v6(99)])).toEqual([true, true]);
    expect(await arrives(arpReply({ source: stranger, sender: stranger, address: v4(1) }), told)).toBe(true);
    expect(await arrives(routerAdvertisement(), "icmp6[0] == 134")).toBe(true);
    expect(await arrives(redirect(), "icmp6[0] == 137")).toBe(true);
    expect(await arrives(fragmentedAdvertisement(), fragments)).toBe(true);
    expect(await arrives(datagram(4, 67, 68), "udp port 68")).toBe(true);
  });
});
