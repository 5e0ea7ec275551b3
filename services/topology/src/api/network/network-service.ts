import {
  type Call,
  type Caller,
  type Columns,
  isAdmin,
  listPage,
  type MountedService,
  mount,
  sees,
} from "@rhumbline/grpc";
import { type Network, NetworkStatus } from "@rhumbline/proto/rhumbline/topology/v1/network";
import { NetworkServiceService } from "@rhumbline/proto/rhumbline/topology/v1/network_service";
import type { ActiveNetwork, NetworkState } from "../../network/state.ts";
import { networks } from "../../read-model/state.ts";
import { networkBelonging, permittedNetwork } from "../access/permitted.ts";
import { changing } from "../changing.ts";
import type { TopologyContext } from "../context.ts";
import { requireActive, requireUuid, stamps } from "../request-fields.ts";
import { createNetwork, deleteNetwork, updateNetwork } from "./network-work.ts";

const columns: Columns<ActiveNetwork> = {
  id: ({ id }) => id,
  project_id: ({ network }) => network.projectId,
  name: ({ network }) => network.name,
  external: ({ network }) => network.external,
  shared: ({ network }) => network.shared,
  description: ({ network }) => network.description,
  tags: ({ network }) => network.tags,
  admin_state_up: ({ network }) => network.adminStateUp ?? true,
  mtu: ({ network }) => network.mtu,
  status: ({ network }) => (network.adminStateUp === false ? "DOWN" : "ACTIVE"),
  create_time: ({ createTimeMs }) => createTimeMs,
  update_time: ({ updateTimeMs }) => updateTimeMs,
};

export function mountNetworkService(context: TopologyContext): MountedService {
  const { fold, readable } = context;
  const find = (id: string): NetworkState => networks.select(fold.state, id);
  const answer = (state: NetworkState, position: number, id: string, { caller }: Pick<Call, "caller">) => ({
    network: toNetwork(requireActive("network", id, state), caller),
    position,
  });

  return mount(NetworkServiceService, {
    createNetwork: changing(context, { work: createNetwork(context), find, answer }),
    updateNetwork: changing(context, { work: updateNetwork(context), find, answer }),
    deleteNetwork: changing(context, {
      work: deleteNetwork(context),
      find,
      answer: (_network, position) => ({ position }),
    }),

    async getNetwork(request, call) {
      const id = requireUuid("id", request.id);
      const { state, position } = await readable(request, call);
      return { network: toNetwork(permittedNetwork(state, call, id), call.caller), position };
    },

    async listNetworks(request, call) {
      const { state, position } = await readable(request, call);
      const seen = [...state.networks.values()].filter((one) => sees(call.caller, "network", networkBelonging(one)));
      const { items, nextPageToken } = listPage(seen, columns, request);
      return { networks: items.map((network) => toNetwork(network, call.caller)), nextPageToken, position };
    },
  });
}

/** How its frames travel is the operator's to know. */
function toNetwork(active: ActiveNetwork, caller: Caller): Network {
  const { network } = active;
  const status = network.adminStateUp === false ? NetworkStatus.DOWN : NetworkStatus.ACTIVE;
  return { ...network, segment: isAdmin(caller) ? network.segment : undefined, status, ...stamps(active) };
}
