import { ReplicaRole } from "@rhumbline/proto/rhumbline/service/v1/state_service";
import {
  CreateNetworkRequest,
  ListNetworksRequest,
  NetworkServiceService,
} from "@rhumbline/proto/rhumbline/topology/v1/network_service";
import { afterEach, expect, test } from "vitest";
import { startEventLog } from "../../support/event-log-process.ts";
import { eventually } from "../../support/eventually.ts";
import { endOf } from "../../support/refusal.ts";
import { stateOf, untilWriter, verify } from "../../support/replica-state.ts";
import { killServices, type ServiceProcess, startService } from "../../support/service-process.ts";
import { startTcpProxy } from "../../support/tcp-proxy.ts";

afterEach(killServices);

const vni = 77;
const clientOf = ({ channel }: ServiceProcess) => channel.client(NetworkServiceService);
const createNetwork = (replica: ServiceProcess, name: string) => {
  const segment = { networkType: "NETWORK_TYPE_VXLAN", segmentationId: vni } as const;
  return endOf(clientOf(replica).createNetwork(CreateNetworkRequest.fromPartial({ network: { name, segment } })));
};

/** A stopped writer's append that arrives late is refused by the log or, where it is the first in its stream, counts for
 *  nothing since another's epoch came before it. */
test.each(["before the new writer's", "after the new writer's"])(
  "topology stopped between decide and append, whose append arrives %s: a VNI has one network",
  async (arrival) => {
    const log = await startEventLog();
    const proxy = await startTcpProxy(log.address);
    const ipam = await startService("ipam", ["--log", log.connectionString]);
    await untilWriter(ipam);
    const toIpam = ["--ipam", ipam.address];
    const stopped = await startService("topology", ["--log", `kurrentdb://${proxy.address}?tls=false`, ...toIpam]);
    await untilWriter(stopped);
    const fresh = await startService("topology", ["--log", log.connectionString, ...toIpam]);

    proxy.holdFrom("SegmentAllocated");
    const late = createNetwork(stopped, "late");
    await eventually(() => expect(proxy.holds("SegmentAllocated")).toBe(true));
    stopped.pause();
    await untilWriter(fresh);
    const first = arrival.startsWith("after") ? await createNetwork(fresh, "fresh") : undefined;
    proxy.release();
    stopped.resume();
    expect(["WRITER_DEPOSED", "NO_WRITER"]).toContain(await late);
    expect(first ?? (await createNetwork(fresh, "fresh"))).toBe("done");

    const { position } = await stateOf(fresh);
    for (const replica of [fresh, stopped]) {
      const { networks } = await clientOf(replica).listNetworks(
        ListNetworksRequest.fromPartial({ minPosition: position }),
      );
      expect(networks.map(({ name, segment }) => [name, segment?.segmentationId])).toEqual([["fresh", vni]]);
      expect((await verify(replica)).differences).toEqual([]);
    }
    expect((await stateOf(stopped)).role).toBe(ReplicaRole.READER);
    await proxy.close();
    await log.kill();
  },
  180_000,
);
