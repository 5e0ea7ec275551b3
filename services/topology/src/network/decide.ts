import { NotFound } from "@rhumbline/event-sourcing";
import { changedFields } from "../resource/fields.ts";
import { requireEtag } from "../resource/stamped.ts";
import type { CreateNetwork, DeleteNetwork, NetworkCommand, UpdateNetwork } from "./commands.ts";
import { ExternalNetworkInUse, NetworkInUse, NetworkUsedByOtherProjects } from "./errors.ts";
import type { NetworkEvent } from "./events.ts";
import { type ActiveNetwork, type NetworkState, networkFields } from "./state.ts";

/** @throws {NotFound} {EtagMismatch} {NetworkInUse} {ExternalNetworkInUse} */
export function decideNetwork(command: NetworkCommand, network: NetworkState): NetworkEvent[] {
  switch (command.type) {
    case "CreateNetwork":
      return createNetwork(command, network);
    case "UpdateNetwork":
      return updateNetwork(command, requireNetwork(command.networkId, network));
    case "DeleteNetwork":
      return deleteNetwork(command, requireNetwork(command.networkId, network));
    default:
      return command satisfies never;
  }
}

function createNetwork({ network }: CreateNetwork, present: NetworkState): NetworkEvent[] {
  if (present.status === "active") return []; // asked twice: nothing to do
  return [{ type: "NetworkCreated", data: { network } }];
}

function updateNetwork(command: UpdateNetwork, { id, network, ...present }: ActiveNetwork): NetworkEvent[] {
  const { values, fields, etag, externalUsers, otherProjectsPorts } = command;
  requireEtag("network", id, etag, present);
  const changed = changedFields(network, values, fields, networkFields);
  if (changed.length === 0) return [];
  const inward = changed.includes("external") && !values.external;
  if (inward && externalUsers.length > 0) throw new ExternalNetworkInUse(id, externalUsers);
  const unshared = changed.includes("shared") && !values.shared;
  if (unshared && otherProjectsPorts.length > 0) throw new NetworkUsedByOtherProjects(id, otherProjectsPorts);
  return [{ type: "NetworkUpdated", data: { networkId: id, network: values, changed } }];
}

function deleteNetwork({ etag, portIds, subnetIds }: DeleteNetwork, network: ActiveNetwork): NetworkEvent[] {
  requireEtag("network", network.id, etag, network);
  if (portIds.length + subnetIds.length > 0) throw new NetworkInUse(network.id, portIds, subnetIds);
  return [{ type: "NetworkDeleted", data: { networkId: network.id } }];
}

function requireNetwork(id: string, network: NetworkState): ActiveNetwork {
  if (network.status === "absent") throw new NotFound("network", id);
  return network;
}
