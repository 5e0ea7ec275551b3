import type { CommandContext, TakenEvent } from "@rhumbline/event-sourcing";
import type { Bus, Stop } from "@rhumbline/messaging";
import type { ServiceContext } from "@rhumbline/service";
import { nodeContext } from "../inbox/node-context.ts";
import { decideNode } from "../node/decide.ts";
import { mostMayLive } from "../placement/most-may-live.ts";
import { planScheduling, type SchedulingPlan } from "../placement/plan-scheduling.ts";
import { nodes, routerBindings, type SchedulerState } from "../read-model/state.ts";
import { createBell } from "../relay/bell.ts";
import type { RouterBindingCommand } from "../router-binding/commands.ts";
import { decideRouterBinding } from "../router-binding/decide.ts";
import { createLooking } from "./looking.ts";

const retryMs = 1_000;
/** Moves have deadlines. */
const lookAgainMs = 1_000;

/** Sees to it that every router has its place: plans after each change that may matter to it and appends what the plan says.
 *  Of all of them when nothing was heard for a while, and of those that a change concerns when it is heard: most concern one.
 *  To be called while this replica is the writer. */
export function placeRouters(context: ServiceContext<SchedulerState>, bus: Bus): Stop {
  const { fold, log } = context;
  const bell = createBell();
  const looking = createLooking(fold.state);
  const lookAtAll = (): void => {
    looking.atAll();
    bell.ring();
  };
  const hear = (taken?: TakenEvent): void => {
    if (looking.hear(taken)) bell.ring();
  };
  const stops = [fold.onAdvance(hear), bus.onConnected(lookAtAll)];
  let stopped = false;

  const run = async (): Promise<void> => {
    while (!stopped) {
      const mayMove = bus.connected && mostMayLive(fold.state.nodes.values());
      const plan = planScheduling(fold.state, { mayMove, nowMs: Date.now(), among: looking.next() });
      looking.planned(plan);
      if (plan.bindings.length + plan.nodes.length === 0) {
        // One that rang while the last plan was carried out may have been planned for already.
        if ((await bell.wait(lookAgainMs)) === "not rung") looking.atAll();
        continue;
      }
      try {
        await Promise.all([
          ...plan.bindings.map((command) => carryOut(context, command)),
          ...plan.nodes.map((command) => carryOutAtNode(context, command)),
        ]);
      } catch (error) {
        log.warn({ err: error }, "placing routers failed; trying again");
        looking.atAll();
        await new Promise((resolve) => setTimeout(resolve, retryMs));
      }
    }
  };
  void run();
  return () => {
    stopped = true;
    for (const stop of stops) stop();
    bell.ring();
  };
}

async function carryOut(
  { fold, executor, guards, log }: ServiceContext<SchedulerState>,
  command: RouterBindingCommand,
): Promise<void> {
  const { routerId } = command;
  const nodeId = takerOf(command);
  // A node that is being deleted takes no router, and one that takes a router is not deleted.
  await guards.hold({ shared: nodeId === undefined ? [] : [nodeGuard(nodeId)] }, async () => {
    if (nodeId !== undefined && !fold.state.nodes.has(nodeId)) return;
    const context = contextOf(fold.state, routerId);
    await executor.execute(routerBindings, routerId, (binding) => decideRouterBinding(command, binding), context);
    log.info(command, "placed a router");
  });
}

/** The node that gets the router by it. */
function takerOf(command: RouterBindingCommand): string | undefined {
  switch (command.type) {
    case "BindRouter":
      return command.nodeId;
    case "StartMove":
    case "FinishMove":
      return command.toNodeId;
    default:
      return undefined;
  }
}

async function carryOutAtNode(
  { executor, log }: ServiceContext<SchedulerState>,
  command: SchedulingPlan["nodes"][number],
): Promise<void> {
  const { nodeId } = command;
  await executor.execute(nodes, nodeId, (node) => decideNode(command, node), nodeContext(nodeId));
  log.info(command, "a drain went on");
}

/** Whoever holds it relies on the node to go on existing, or is about to delete it. */
export const nodeGuard = (nodeId: string): string => `node-${nodeId}`;

/** A placement follows from what last happened to the router. */
function contextOf({ routers }: SchedulerState, routerId: string): CommandContext {
  const router = routers.get(routerId);
  const { correlationId = routerId, eventId = routerId, traceparent = "" } = router?.causation ?? {};
  return {
    actor: "router-scheduler",
    projectId: router?.projectId ?? "",
    correlationId,
    causationId: eventId,
    ...(traceparent !== "" && { traceparent }),
  };
}
