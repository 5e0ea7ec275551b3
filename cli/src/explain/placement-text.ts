import type {
  ExplainPlacementResponse,
  PlacementCandidate,
  PlacementWish,
} from "@rhumbline/proto/rhumbline/scheduler/v1/router_binding_service";
import type { Column } from "../output/table.ts";

/** "physical network physnet1, availability zone az1 or az2, label rack=r12". */
export function wishText(wish: PlacementWish | undefined): string {
  const { physicalNetworks = [], availabilityZoneHints = [], nodeSelector = {} } = wish ?? {};
  const asked = [
    ...physicalNetworks.map((name) => `physical network ${name}`),
    ...(availabilityZoneHints.length === 0 ? [] : [`availability zone ${availabilityZoneHints.join(" or ")}`]),
    ...Object.entries(nodeSelector).map(([key, value]) => `label ${key}=${value}`),
  ];
  return asked.join(", ") || "any node that can hold routers";
}

/** One row a node: the filters it fails, or what it is weighed by. */
export function candidateColumns({
  chosenNodeId,
  presentNodeId,
}: ExplainPlacementResponse): Column<PlacementCandidate>[] {
  return [
    { heading: "NODE", text: ({ nodeName, nodeId }) => nodeName || nodeId },
    {
      heading: "ROUTERS",
      text: ({ routers, maxRouters }) => (maxRouters ? `${routers} of ${maxRouters}` : `${routers}`),
    },
    {
      heading: "CAN HOLD IT",
      text: ({ objections }) => (objections.length === 0 ? "yes" : `no: ${objections.join("; ")}`),
    },
    {
      heading: "RESULT",
      text: ({ nodeId }) =>
        [nodeId === presentNodeId ? "runs here" : "", nodeId === chosenNodeId ? "chosen" : ""]
          .filter(Boolean)
          .join(", "),
    },
  ];
}
