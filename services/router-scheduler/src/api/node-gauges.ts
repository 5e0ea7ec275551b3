import type { ServiceContext } from "@rhumbline/service";
import { gaugesOnScrape, metrics } from "@rhumbline/telemetry";
import type { Heartbeats } from "../inbox/heartbeats.ts";
import type { SchedulerState } from "../read-model/state.ts";
import { nodeView } from "./node-view.ts";

/** Shows how many nodes there are, and how far those alive are behind what is desired of them. */
export function exposeNodeGauges(
  { fold, logId }: Pick<ServiceContext<SchedulerState>, "fold" | "logId">,
  heartbeats: Pick<Heartbeats, "last">,
): void {
  const { nodes, nodesBehind, nodeLag } = metrics;
  gaugesOnScrape([nodes, nodesBehind, nodeLag], (set) => {
    const all = [...fold.state.nodes.values()];
    const lags = all
      .filter(({ alive }) => alive)
      .map((node) => nodeView(fold.state, logId, node, 0, heartbeats.last(node.id)))
      .map(({ desiredPosition, appliedPosition }) => Math.max(0, desiredPosition - appliedPosition));
    set(nodes, lags.length, { state: "alive" });
    set(nodes, all.length - lags.length, { state: "dead" });
    set(nodesBehind, lags.filter((lag) => lag > 0).length);
    set(
      nodeLag,
      lags.reduce((most, lag) => Math.max(most, lag), 0),
    );
  });
}
