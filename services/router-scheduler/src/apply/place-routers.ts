import type { CommandContext } from "@rhumbline/event-sourcing";
import type { Bus, Stop } from "@rhumbline/messaging";
import type { ServiceContext } from "@rhumbline/service";
import { planPlacements } from "../placement/plan-placements.ts";
import { routerBindings, type SchedulerState } from "../read-model/state.ts";
import { createBell } from "../relay/bell.ts";
import type { RouterBindingCommand } from "../router-binding/commands.ts";
import { decideRouterBinding } from "../router-binding/decide.ts";

const retryMs = 1_000;
const lookAgainMs = 10_000;

/** Sees to it that every router has its place: plans after each change of the state and appends what the plan says. To be
 *  called while this replica is the writer. */
export function placeRouters(context: ServiceContext<SchedulerState>, bus: Bus): Stop {
  const { fold, log } = context;
  const bell = createBell();
  const stops = [fold.onAdvance(bell.ring), bus.onConnected(bell.ring)];
  let stopped = false;

  const run = async (): Promise<void> => {
    while (!stopped) {
      const plan = planPlacements(fold.state, { mayMove: bus.connected && mostAreAlive(fold.state) });
      if (plan.length === 0) {
        await bell.wait(lookAgainMs);
        continue;
      }
      try {
        await Promise.all(plan.map((command) => carryOut(context, command)));
      } catch (error) {
        log.warn({ err: error }, "placing routers failed; trying again");
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
  // A node that is being deleted takes no router, and one that takes a router is not deleted.
  const shared = command.type === "BindRouter" ? [nodeGuard(command.nodeId)] : [];
  await guards.hold({ shared }, async () => {
    if (command.type === "BindRouter" && !fold.state.nodes.has(command.nodeId)) return;
    const context = contextOf(fold.state, routerId);
    await executor.execute(routerBindings, routerId, (binding) => decideRouterBinding(command, binding), context);
    log.info(command, "placed a router");
  });
}

/** Whoever holds it relies on the node to go on existing, or is about to delete it. */
export const nodeGuard = (nodeId: string): string => `node-${nodeId}`;

/** When half of the nodes look dead, it is rather the looking that is at fault. */
function mostAreAlive({ nodes }: SchedulerState): boolean {
  const alive = [...nodes.values()].filter((node) => node.alive).length;
  return alive * 2 > nodes.size;
}

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
