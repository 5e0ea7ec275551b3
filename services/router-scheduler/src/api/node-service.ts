import { NotFound } from "@rhumbline/event-sourcing";
import { type Columns, listPage, type MountedService, mount } from "@rhumbline/grpc";
import type { Node as WireNode } from "@rhumbline/proto/rhumbline/scheduler/v1/node";
import { NodeServiceService } from "@rhumbline/proto/rhumbline/scheduler/v1/node_service";
import type { ServiceContext } from "@rhumbline/service";
import { nodeGuard } from "../apply/place-routers.ts";
import type { Heartbeats } from "../inbox/heartbeats.ts";
import type { LivenessSettings } from "../liveness/judge-node.ts";
import type { DeleteNode } from "../node/commands.ts";
import { decideNode } from "../node/decide.ts";
import { routersByNode } from "../placement/rank-nodes.ts";
import { missingUnderlayBytes, overlayMtuByNode } from "../placement/underlay.ts";
import { nodes, type SchedulerState } from "../read-model/state.ts";
import { livenessView } from "./liveness-view.ts";
import { parseId, schedulingMethods } from "./node-scheduling.ts";
import { nodeView } from "./node-view.ts";

const columns: Columns<WireNode> = {
  id: ({ id }) => id,
  name: ({ name }) => name,
  alive: ({ alive }) => alive,
  backend: ({ backend }) => backend,
  agent_version: ({ agentVersion }) => agentVersion,
  availability_zone: ({ availabilityZone }) => availabilityZone,
  cordoned: ({ cordoned }) => cordoned,
  router_count: ({ routerCount }) => routerCount,
  create_time: ({ createTime }) => createTime?.getTime(),
};

export function mountNodeService(
  context: ServiceContext<SchedulerState>,
  heartbeats: Heartbeats,
  settings: LivenessSettings,
): MountedService {
  const { fold, executor, guards, mutation, readable, logId } = context;
  /** What only heartbeats tell is of now, and in no log: an earlier moment has none of it. */
  const views = (state: SchedulerState, ids: Iterable<string>): WireNode[] => {
    const isPresent = state === fold.state;
    const load = routersByNode(state.bindings);
    const overlayMtus = overlayMtuByNode(state);
    return [...ids].flatMap((id) => {
      const node = state.nodes.get(id);
      if (node === undefined) return [];
      const liveness = isPresent ? livenessView(state, heartbeats, node, settings) : undefined;
      const heard = isPresent ? heartbeats.last(id) : undefined;
      const lacking = missingUnderlayBytes(node, overlayMtus.get(id) ?? 0);
      const view = nodeView(state, logId, node, load.get(id) ?? 0, heard);
      return [{ ...view, liveness, missingUnderlayBytes: lacking }];
    });
  };

  const requireView = (id: string, state = fold.state): WireNode => {
    const [node] = views(state, [id]);
    if (node === undefined) throw new NotFound("node", id);
    return node;
  };
  return mount(NodeServiceService, {
    ...schedulingMethods(context, requireView),

    async getNode(request, call) {
      const id = parseId(request.id);
      const { state, position } = await readable(request, call);
      return { node: requireView(id, state), position };
    },

    async listNodes(request, call) {
      const { state, position } = await readable(request, call);
      const { items, nextPageToken } = listPage(views(state, state.nodes.keys()), columns, request);
      return { nodes: items, nextPageToken, position };
    },

    deleteNode: mutation({
      async run(request, call) {
        const id = parseId(request.id);
        return guards.hold({ exclusive: [nodeGuard(id)] }, async () => {
          const remove = deletion(fold.state, id, request.etag);
          const done = await executor.execute(nodes, id, (node) => decideNode(remove, node), call.completion("", id));
          return { resourceId: id, position: done.position };
        });
      },
      answer: (_id, position) => ({ position }),
      async rehearse(request) {
        const id = parseId(request.id);
        executor.rehearse(nodes, id, (node) => decideNode(deletion(fold.state, id, request.etag), node));
        return { position: fold.position };
      },
    }),
  });
}

function deletion({ bindings }: SchedulerState, nodeId: string, etag: string): DeleteNode {
  const routerIds = [...bindings].flatMap(([routerId, binding]) =>
    [binding.nodeId, binding.move?.toNodeId].includes(nodeId) ? [routerId] : [],
  );
  return { type: "DeleteNode", nodeId, etag, routerIds };
}
