import { type Bus, registerNode } from "@rhumbline/messaging";
import type { RegisterNode, RegisterNodeReply } from "@rhumbline/proto/rhumbline/agent/v1/report";
import type { Logger } from "@rhumbline/telemetry";

export interface RegistrationEvents {
  /** Accepted; the log has this node's reports up to `lastSeq`. Called once, and once more each time it was asked for anew. */
  accepted(reply: RegisterNodeReply): void;
  /** Nothing may be touched. Asked again slowly. */
  refused(reason: string): void;
  /** Nobody answered: the node goes on with what it knows. Asked again. */
  unanswered(): void;
}

const firstAnswerMs = 2000;
const firstRetryMs = 500;
const longestRetryMs = 10_000;
const refusedRetryMs = 10_000;

export interface Registering {
  /** Asks to be accepted once more: what was answered before counts no more. */
  again(): void;
  stop(): void;
}

/** Registers the node, and asks until it is accepted. */
export function keepRegistering(
  bus: Bus,
  request: RegisterNode & { readonly node: NonNullable<RegisterNode["node"]> },
  events: RegistrationEvents,
  logger: Logger,
): Registering {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let accepted = false;
  let retryMs = firstRetryMs;
  const attempt = async (): Promise<number | undefined> => {
    try {
      const reply = await registerNode(bus, request.node.id, request);
      const { refusal } = reply;
      if (stopped || accepted) return undefined;
      if (refusal === "") {
        accepted = true;
        events.accepted(reply);
        return undefined;
      }
      logger.error({ refusal }, "registration refused; this host touches nothing");
      events.refused(refusal);
      return refusedRetryMs;
    } catch (error) {
      logger.debug({ err: error }, "registration not answered; trying again");
      events.unanswered();
      retryMs = Math.min(longestRetryMs, retryMs * 2);
      return retryMs;
    }
  };
  const run = (): void => {
    clearTimeout(timer);
    attempt().then(
      (delayMs) => {
        if (delayMs !== undefined && !stopped) timer = setTimeout(run, delayMs);
      },
      (error: unknown) => logger.error({ err: error }, "registration failed"),
    );
  };
  // At the start the bus is given a moment to connect, so that a refusal is heard before anything is repaired from disk.
  timer = setTimeout(run, firstAnswerMs);
  const unlisten = bus.onConnected(() => {
    retryMs = firstRetryMs;
    if (!accepted && !stopped) run();
  });
  return {
    again() {
      accepted = false;
      retryMs = firstRetryMs;
      run();
    },
    stop() {
      stopped = true;
      unlisten();
      clearTimeout(timer);
    },
  };
}
