import { randomUUID } from "node:crypto";
import { ClusterInfo, GossipService, MemberInfo_VNodeState as VNodeState } from "@rhumbline/proto/kurrent/gossip";
import { ServerFeaturesService, SupportedMethods } from "@rhumbline/proto/kurrent/server_features";
import { Empty } from "@rhumbline/proto/kurrent/shared";
import { StreamsService } from "@rhumbline/proto/kurrent/streams";
import { type Handlers, unary } from "./handlers.ts";

/** What a client asks before it works: which methods there are, and who leads. This log is a cluster of one. */
export function discoveryHandlers(): Handlers {
  const instanceId = randomUUID();
  return new Map([
    [ServerFeaturesService.getSupportedMethods.path, unary(Empty, SupportedMethods, () => supportedMethods)],
    [GossipService.read.path, unary(Empty, ClusterInfo, (_, call) => clusterOfOne(instanceId, call.authority))],
  ]);
}

/** Clients append by BatchAppend only where it is listed, and look methods up in lower case. */
const supportedMethods: SupportedMethods = {
  eventStoreServerVersion: "24.10.0",
  methods: Object.values(StreamsService).map(({ path }) => {
    const [, serviceName = "", methodName = ""] = path.split("/");
    return {
      serviceName: serviceName.toLowerCase(),
      methodName: methodName.toLowerCase(),
      features: featuresOf(methodName),
    };
  }),
};

function featuresOf(method: string): string[] {
  if (method === "Read") return ["position", "events"];
  return method === "BatchAppend" ? ["deadline_duration"] : [];
}

function clusterOfOne(instanceId: string, authority: string): ClusterInfo {
  const { hostname, port } = new URL(`http://${authority}`);
  const member = {
    instanceId: { value: { $case: "string", value: instanceId } },
    timeStamp: 0,
    state: VNodeState.Leader,
    isAlive: true,
    httpEndPoint: { address: hostname, port: Number(port) },
  } as const;
  return { members: [member] };
}
