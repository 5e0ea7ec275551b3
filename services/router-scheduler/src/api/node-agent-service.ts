import { type MountedService, mount } from "@rhumbline/grpc";
import type { Bus } from "@rhumbline/messaging";
import { NodeAgentServiceService } from "@rhumbline/proto/rhumbline/diagnosis/v1/node_agent_service";
import type { ServiceContext } from "@rhumbline/service";
import type { SchedulerState } from "../read-model/state.ts";
import { askNode } from "./ask-node.ts";
import { requireNodeId } from "./verification-service.ts";

/** Passes on to a node's agent what only it can answer: it listens on its own host alone. */
export function mountNodeAgentService(
  { fold, log }: Pick<ServiceContext<SchedulerState>, "fold" | "log">,
  bus: Bus,
): MountedService {
  return mount(NodeAgentServiceService, {
    async getNodeAgentStatus({ nodeId }) {
      const question = { $case: "getAgentStatus", value: {} } as const;
      return { status: await askNode(bus, fold.state, requireNodeId(nodeId), question) };
    },

    async setNodeHold({ nodeId, hold }) {
      const answer = await askNode(bus, fold.state, requireNodeId(nodeId), { $case: "setHold", value: { hold } });
      log.info({ nodeId, hold }, "a node was held or released");
      return answer;
    },

    async adoptNodeDesiredState({ nodeId }) {
      const question = { $case: "adoptDesiredState", value: {} } as const;
      const adopted = await askNode(bus, fold.state, requireNodeId(nodeId), question);
      log.info({ nodeId, ...adopted }, "a node adopted desired state");
      return adopted;
    },
  });
}
