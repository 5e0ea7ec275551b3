import { DomainError } from "@rhumbline/event-sourcing";
import type { Bus } from "@rhumbline/messaging";
import type { GivenLeases } from "@rhumbline/proto/rhumbline/scheduler/v1/port_explanation_service";
import { isInstancePort } from "../logical-network/state.ts";
import type { SchedulerState } from "../read-model/state.ts";
import { askNode } from "./ask-node.ts";

/** What the DHCP server on a port's node gave. A node that does not answer is no reason to explain nothing: that is said
 *  instead. Undefined: the port is no instance's, or bound nowhere. */
export async function askForLeases(bus: Bus, state: SchedulerState, portId: string): Promise<GivenLeases | undefined> {
  const port = state.ports.get(portId);
  if (port === undefined || !isInstancePort(port) || port.nodeId === "") return undefined;
  try {
    return await askNode(bus, state, port.nodeId, { $case: "givenLeases", value: { portId } });
  } catch (error) {
    if (error instanceof DomainError) return { objection: error.message, leases: [] };
    throw error;
  }
}
