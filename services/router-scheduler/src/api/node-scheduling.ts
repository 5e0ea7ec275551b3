import { fieldChecks } from "@rhumbline/grpc";
import type { Node as WireNode } from "@rhumbline/proto/rhumbline/scheduler/v1/node";
import type {
  CordonNodeRequest,
  DrainNodeRequest,
  UncordonNodeRequest,
} from "@rhumbline/proto/rhumbline/scheduler/v1/node_service";
import type { ServiceContext } from "@rhumbline/service";
import type { CordonNode, DrainNode, UncordonNode } from "../node/commands.ts";
import { decideNode } from "../node/decide.ts";
import type { Node } from "../node/state.ts";
import { routersOn } from "../placement/plan-drains.ts";
import { nodes, type SchedulerState } from "../read-model/state.ts";

const defaultMovesAtOnce = 2;
const mostMovesAtOnce = 100;

/** The handlers of CordonNode, UncordonNode and DrainNode. @param view of a node as the API shows it. */
export function schedulingMethods(context: ServiceContext<SchedulerState>, view: (id: string) => WireNode) {
  const { fold } = context;
  return {
    cordonNode: method(context, view, ({ id }: CordonNodeRequest) => ({ type: "CordonNode", nodeId: id })),
    uncordonNode: method(context, view, ({ id }: UncordonNodeRequest) => ({ type: "UncordonNode", nodeId: id })),
    drainNode: method(context, view, ({ id, maxMovesAtOnce }: DrainNodeRequest) => {
      const checks = fieldChecks();
      const field = "max_moves_at_once";
      checks.require(field, maxMovesAtOnce <= mostMovesAtOnce, `at most ${mostMovesAtOnce} are accepted`);
      checks.done();
      return {
        type: "DrainNode",
        nodeId: id,
        maxMovesAtOnce: maxMovesAtOnce || defaultMovesAtOnce,
        routersAtStart: routersOn(fold.state, id).length,
      };
    }),
  };
}

interface NodeRequest {
  readonly id: string;
  readonly requestId: string;
  readonly validateOnly: boolean;
}

function method<Req extends NodeRequest>(
  { fold, executor, mutation }: ServiceContext<SchedulerState>,
  view: (id: string) => WireNode,
  commandOf: (request: Req) => CordonNode | UncordonNode | DrainNode,
) {
  const decide = (request: Req) => {
    const command = commandOf(request);
    return (node: Node) => decideNode(command, node);
  };
  return mutation({
    async run(request: Req, call) {
      const nodeId = parseId(request.id);
      const { position } = await executor.execute(nodes, nodeId, decide(request), call.completion("", nodeId));
      return { resourceId: nodeId, position };
    },
    answer: (id, position) => ({ node: view(id), position }),
    async rehearse(request) {
      const nodeId = parseId(request.id);
      executor.rehearse(nodes, nodeId, decide(request));
      return { node: view(nodeId), position: fold.position };
    },
  });
}

/** @throws {InvalidFields} */
export function parseId(id: string): string {
  const checks = fieldChecks();
  checks.uuid("id", id);
  checks.done();
  return id;
}
