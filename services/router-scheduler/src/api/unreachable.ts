import { DomainError } from "@rhumbline/event-sourcing";
import { BusUnavailable } from "@rhumbline/messaging";

class BusIsUnavailable extends DomainError {
  readonly kind = "unavailable";
  readonly reason = "BUS_UNAVAILABLE";

  constructor(cause: BusUnavailable) {
    super(cause.message, {}, [], { cause });
  }
}

export class AgentUnreachable extends DomainError {
  readonly kind = "unavailable";
  readonly reason = "AGENT_UNREACHABLE";

  constructor(nodeId: string, cause: BusUnavailable) {
    super(
      `the agent of node ${nodeId} does not answer over the bus: does it run, and does it reach NATS?`,
      { nodeId },
      [],
      {
        cause,
      },
    );
  }
}

/** Does what needs the bus. @throws {BusIsUnavailable} */
export async function overTheBus<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof BusUnavailable) throw new BusIsUnavailable(error);
    throw error;
  }
}
