import type { FieldChecks } from "@rhumbline/grpc";
import type { Router } from "@rhumbline/proto/rhumbline/topology/v1/router";

const maxHints = 16;
const maxLabels = 16;
const maxLabelLength = 63;

/** What a router asks of its node. Whether any node has it is for placement to say: nodes come and go. */
export function checkPlacementWish(
  checks: FieldChecks,
  { availabilityZoneHints: hints, nodeSelector }: Pick<Router, "availabilityZoneHints" | "nodeSelector">,
): void {
  const field = "router.availability_zone_hints";
  checks.require(field, hints.length <= maxHints, `at most ${maxHints} are accepted`);
  for (const [i, hint] of hints.entries()) {
    checks.require(`${field}[${i}]`, hint !== "", "is empty: name an availability zone");
    checks.text(`${field}[${i}]`, hint);
  }
  const labels = Object.entries(nodeSelector);
  checks.require("router.node_selector", labels.length <= maxLabels, `at most ${maxLabels} labels are accepted`);
  for (const [key, value] of labels) {
    checks.require("router.node_selector", key !== "", "a label has a key: key=value");
    checks.text(`router.node_selector[${key}]`, key, maxLabelLength);
    checks.text(`router.node_selector[${key}]`, value, maxLabelLength);
  }
}
