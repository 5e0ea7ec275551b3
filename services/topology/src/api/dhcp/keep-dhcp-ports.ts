import type { TopologyContext } from "../context.ts";
import { backgroundCall } from "../sweep/background-call.ts";
import { settleDhcpPort } from "./dhcp-port.ts";

const retryMs = 2_000;
const networksAtOnce = 8;

/** Sees to every network's DHCP server as subnets come, change and go, while this replica is the writer. Level-triggered:
 *  what is to be done follows from the fold. What fails, such as an address in a full subnet, is tried again. */
export function keepDhcpPorts(context: TopologyContext): { stop(): void } {
  const { fold, replica, log } = context;
  const restUntilMs = new Map<string, number>();
  const underWay = new Set<string>();
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;

  const settle = async (networkId: string): Promise<void> => {
    underWay.add(networkId);
    try {
      await settleDhcpPort(context, networkId, backgroundCall());
      restUntilMs.delete(networkId);
    } catch (error) {
      log.warn({ err: error, networkId }, "could not settle the addresses of a DHCP server; trying again");
      restUntilMs.set(networkId, Date.now() + retryMs);
    } finally {
      underWay.delete(networkId);
    }
    look();
  };
  const look = (): void => {
    clearTimeout(timer);
    if (stopped || replica.epoch() === undefined) return;
    for (const networkId of fold.state.dhcpDue.keys()) {
      if (underWay.size >= networksAtOnce) return;
      if (!underWay.has(networkId) && (restUntilMs.get(networkId) ?? 0) <= Date.now()) void settle(networkId);
    }
    if (fold.state.dhcpDue.size > 0) timer = setTimeout(look, retryMs);
  };
  const unlisten = fold.onAdvance(look);
  look();
  return {
    stop() {
      stopped = true;
      clearTimeout(timer);
      unlisten();
    },
  };
}
