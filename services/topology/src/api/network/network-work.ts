import { canonicalText } from "@rhumbline/event-sourcing";
import { fieldChecks, requireFields } from "@rhumbline/grpc";
import type {
  CreateNetworkRequest,
  DeleteNetworkRequest,
  UpdateNetworkRequest,
} from "@rhumbline/proto/rhumbline/topology/v1/network_service";
import { caughtUp, type MutationCall } from "@rhumbline/service";
import { decideNetwork } from "../../network/decide.ts";
import { type NetworkState, networkFields } from "../../network/state.ts";
import { dhcpPortOf } from "../../read-model/dhcp.ts";
import { externalUsers, portsOf, portsOfOthers, subnetsOf } from "../../read-model/lookups.ts";
import { networks } from "../../read-model/state.ts";
import { permittedNetwork } from "../access/permitted.ts";
import type { Worked } from "../changing.ts";
import type { TopologyContext } from "../context.ts";
import { dhcpPortId } from "../dhcp/dhcp-port-id.ts";
import type { Effects } from "../effects.ts";
import { finishing } from "../finishing.ts";
import { guards } from "../guard-names.ts";
import { removeDevicePort } from "../port/device-port.ts";
import { quotaGate } from "../quota/within-quota.ts";
import { checkImmutable, requireActive, requireGiven, requireUuid, updatedFields } from "../request-fields.ts";
import { parseNetworkValues, parseNewNetwork } from "./network-request.ts";
import { scopeOf } from "./scope.ts";
import { allocateSegment, isChosen, rangeOf, releaseSegment } from "./segments.ts";

type Work<Req> = (request: Req, call: MutationCall, effects: Effects) => Promise<Worked<NetworkState>>;

/** The scope first, then the segment, then the network: a crash leaves an open scope with nothing in it, and a segment
 *  that the sweep takes back. */
export function createNetwork(context: TopologyContext): Work<CreateNetworkRequest> {
  const {
    executor,
    guards: { hold },
    settings,
  } = context;
  return (request, call, effects) => {
    const { network, segmentWish } = parseNewNetwork(request.network, call.caller.projectId, settings);
    const { projectId } = network;
    requireFields(call.caller, {
      "network.project_id": projectId !== call.caller.projectId,
      "network.shared": network.shared,
      "network.external": network.external,
      "network.segment": isChosen(request.network?.segment),
    });
    const id = call.newId("network");
    const quota = quotaGate(context, projectId, "network");
    return hold({ exclusive: [guards.network(id), ...quota.exclusive] }, async () => {
      quota.check();
      // Refused before a scope is opened, if it will be.
      if (segmentWish) executor.rehearse(...allocateSegment(id, segmentWish));
      await effects.openScope(scopeOf({ ...network, id }), call);
      const range =
        segmentWish && (await effects.execute(...allocateSegment(id, segmentWish), call.step(projectId))).aggregate;
      const segment = { ...network.segment, segmentationId: range?.segmentByNetwork.get(id) ?? 0 };
      const command = { type: "CreateNetwork", network: { ...network, id, segment } } as const;
      const decide = (present: NetworkState) => decideNetwork(command, present);
      const done = await effects.execute(networks, id, decide, call.completion(projectId, id));
      return { resourceId: id, ...done };
    });
  };
}

export function updateNetwork({
  fold,
  executor,
  guards: { hold },
  settings,
}: TopologyContext): Work<UpdateNetworkRequest> {
  return (request, call, effects) => {
    const given = requireGiven("network", request.network);
    const id = requireUuid("network.id", given.id);
    return hold({ exclusive: [guards.network(id)] }, async () => {
      const { network: present } = permittedNetwork(fold.state, call, id);
      const checks = fieldChecks();
      checkImmutable(checks, request, {
        "network.project_id": [given.projectId, present.projectId],
        "network.segment.physical_network": [
          given.segment?.physicalNetwork ?? "",
          present.segment?.physicalNetwork ?? "",
        ],
        "network.segment.segmentation_id": [given.segment?.segmentationId ?? 0, present.segment?.segmentationId ?? 0],
      });
      checks.done();
      const values = parseNetworkValues(given, present, settings);
      const { fields } = updatedFields(request, given, networkFields);
      requireFields(call.caller, {
        "network.shared": fields.includes("shared") && values.shared !== present.shared,
        "network.external": fields.includes("external") && values.external !== present.external,
      });
      const users = externalUsers(fold.state, id);
      const command = {
        type: "UpdateNetwork",
        networkId: id,
        values,
        fields,
        etag: request.etag,
        externalUsers: users,
        otherProjectsPorts: portsOfOthers(fold.state, present),
      } as const;
      const decide = (network: NetworkState) => decideNetwork(command, network);
      const scope = scopeOf(requireActive("network", id, executor.rehearse(networks, id, decide)).network);
      if (canonicalText(scope) !== canonicalText(scopeOf(present))) await effects.openScope(scope, call);
      const done = await effects.execute(networks, id, decide, call.completion(present.projectId, id));
      return { resourceId: id, ...done };
    });
  };
}

/** The DHCP server, which is the network's own, goes first. Then the scope is closed, so that nothing new comes into the network; where the network then stays after all, the
 *  sweep opens it again. */
export function deleteNetwork({
  fold,
  follower,
  executor,
  guards: { hold },
  log,
}: TopologyContext): Work<DeleteNetworkRequest> {
  return (request, call, effects) => {
    const id = requireUuid("id", request.id);
    return hold({ exclusive: [guards.network(id), guards.port(dhcpPortId(id))] }, async () => {
      const { network } = permittedNetwork(fold.state, call, id);
      // A subnet may have been deleted a moment ago.
      if (subnetsOf(fold.state, id).length > 0) await caughtUp(follower);
      const server = dhcpPortOf(fold.state, id);
      const portIds = portsOf(fold.state, id).filter((portId) => portId !== server?.id);
      const subnetIds = subnetsOf(fold.state, id).map((subnet) => subnet.id);
      const command = { type: "DeleteNetwork", networkId: id, etag: request.etag, portIds, subnetIds } as const;
      const decide = (present: NetworkState) => decideNetwork(command, present);
      executor.rehearse(networks, id, decide);
      if (server !== undefined) await removeDevicePort(server.port, call, effects);
      await effects.closeScope(id, call);
      const done = await effects.execute(networks, id, decide, call.completion(network.projectId, id));
      const range = rangeOf(network.segment);
      if (range !== undefined)
        await finishing(log, { networkId: id, range }, () =>
          effects.execute(...releaseSegment(id, range), call.step(network.projectId)),
        );
      return { resourceId: id, ...done };
    });
  };
}
