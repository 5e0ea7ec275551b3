import { randomUUID } from "node:crypto";
import type { EventMetadata } from "@rhumbline/event-sourcing";
import { connectKurrent } from "@rhumbline/event-sourcing/kurrent";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type EventLogProcess, startEventLog } from "../../support/event-log-process.ts";
import { eventually } from "../../support/eventually.ts";
import { allocate, createSubnet, listSubnets, openScope } from "../../support/ipam-commands.ts";
import { endOf } from "../../support/refusal.ts";
import { stateOf, untilWriter, verify } from "../../support/replica-state.ts";
import { killServices, type ServiceProcess, startService } from "../../support/service-process.ts";
import { startTcpProxy, type TcpProxy } from "../../support/tcp-proxy.ts";

/** When the append of the stopped writer reaches the log: the log itself refuses what comes second in a stream, and only
 *  the epoch tells what came first but too late. */
const arrivals = ["before the new writer's", "after the new writer's"] as const;

describe.each(arrivals)("a writer stopped between decide and append, whose append arrives %s", (arrival) => {
  const cidrNetwork = randomUUID();
  const macNetwork = randomUUID();
  const addressNetwork = randomUUID();
  /** Of a MAC address, and of an address: commands for one owner would wait for each other. */
  const stoppedOwners = [randomUUID(), randomUUID()] as const;
  const freshOwners = [randomUUID(), randomUUID()] as const;
  const macAddress = "fa:16:3e:00:00:77";
  const ipAddress = "10.2.0.77";
  let log: EventLogProcess;
  let proxy: TcpProxy;
  let stopped: ServiceProcess;
  let fresh: ServiceProcess;
  let toStopped: string[];
  let toFresh: string[];

  /** Three commands, each of which breaks a rule together with the same command for another owner.
   *  @param next waited for before the second: the first reads the log before it writes. */
  const commands = async (
    replica: ServiceProcess,
    cidr: string,
    owners: readonly [string, string],
    next = async (): Promise<void> => {},
  ): Promise<{ ends: Promise<string[]> }> => {
    const first = endOf(createSubnet(replica, { networkId: cidrNetwork, cidr, name: replica.address }));
    await next();
    const others = [
      endOf(allocate(replica, { scopeId: macNetwork, ownerId: owners[0], macAddress })),
      endOf(allocate(replica, { scopeId: addressNetwork, ownerId: owners[1], ipAddress })),
    ];
    return { ends: Promise.all([first, ...others]) };
  };
  const untilHeld = (...texts: string[]): Promise<void> =>
    eventually(() => {
      for (const text of texts) expect(proxy.holds(text)).toBe(true);
    });

  beforeAll(async () => {
    log = await startEventLog();
    proxy = await startTcpProxy(log.address);
    stopped = await startService("ipam", ["--log", `kurrentdb://${proxy.address}?tls=false`]);
    await untilWriter(stopped);
    for (const network of [cidrNetwork, macNetwork, addressNetwork]) await openScope(stopped, network);
    await createSubnet(stopped, { networkId: addressNetwork, cidr: "10.2.0.0/24" });
    // With a MAC address already theirs, the owners' next append is that of the address.
    for (const ownerId of [stoppedOwners[1], freshOwners[1]])
      await allocate(stopped, { scopeId: addressNetwork, ownerId });
    fresh = await startService("ipam", ["--log", log.connectionString]);

    proxy.holdFrom("10.1.0.0/24");
    const late = await commands(stopped, "10.1.0.0/24", stoppedOwners, () => untilHeld("10.1.0.0/24"));
    await untilHeld(macAddress, ipAddress);
    stopped.pause();
    await untilWriter(fresh);
    if (arrival === "after the new writer's")
      toFresh = await (await commands(fresh, "10.1.0.128/25", freshOwners)).ends;
    proxy.release();
    stopped.resume();
    toStopped = await late.ends;
    if (arrival === "before the new writer's")
      toFresh = await (await commands(fresh, "10.1.0.128/25", freshOwners)).ends;
  });
  afterAll(async () => {
    await killServices();
    await proxy.close();
    await log.kill();
  });

  /** How many of the stopped writer's late events the log took. */
  async function lateEvents(): Promise<number> {
    const store = connectKurrent({ connectionString: log.connectionString });
    let writers = 0;
    let late = 0;
    for await (const { type, metadata } of store.readAll()) {
      if (type === "WriterChanged") writers += 1;
      else if (writers > 1 && (metadata as EventMetadata).epoch === 1) late += 1;
    }
    await store.close();
    return late;
  }

  test("its callers are told that nothing was done", () => {
    for (const end of toStopped) expect(["WRITER_DEPOSED", "NO_WRITER"]).toContain(end);
  });

  test("the log took what came first, and refused what came second", async () => {
    expect(await lateEvents()).toBe(arrival === "before the new writer's" ? 3 : 0);
  });

  test("what the new writer was asked for is done", () => {
    expect(toFresh).toEqual(["done", "done", "done"]);
  });

  test("the network has the new writer's CIDR alone", async () => {
    const position = (await stateOf(fresh)).position;
    for (const replica of [fresh, stopped]) {
      const ofNetwork = (await listSubnets(replica, position)).filter(({ networkId }) => networkId === cidrNetwork);
      expect(ofNetwork.map(({ cidr, name }) => [cidr, name])).toEqual([["10.1.0.128/25", fresh.address]]);
    }
  });

  test("MAC address and address are held by the new writer's owner", async () => {
    expect(await endOf(allocate(fresh, { scopeId: macNetwork, ownerId: stoppedOwners[0], macAddress }))).toBe(
      "MAC_ADDRESS_IN_USE",
    );
    expect(await endOf(allocate(fresh, { scopeId: addressNetwork, ownerId: stoppedOwners[1], ipAddress }))).toBe(
      "IP_ADDRESS_IN_USE",
    );
  });

  test("the state of both is what the log says", async () => {
    for (const replica of [stopped, fresh]) expect((await verify(replica)).differences).toEqual([]);
  });

  test("the deposed one passes commands on", async () => {
    expect(await endOf(createSubnet(stopped, { networkId: cidrNetwork, cidr: "10.1.4.0/24" }))).toBe("done");
  });
});
