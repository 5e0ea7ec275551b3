import type { ObservedKernel } from "../observed/observed-kernel.ts";
import { isOwnVxlan, vxlanPort } from "../observed/ownership.ts";
import type { Operation } from "./operation.ts";

interface Failure {
  readonly operation: Operation;
  /** The kernel's words. */
  readonly error: string;
}

/** The kernel's words, and behind them who is in the way where these alone don't tell. */
export function explainFailure({ operation, error }: Failure, { links }: ObservedKernel): string {
  if (operation.kind !== "add-vxlan") return error;
  const { device, vni } = operation;
  const inTheWay = [...links.values()].find(
    (link) => !isOwnVxlan(link) && (link.name === device || (link.vxlan?.vni === vni && link.vxlan.port === vxlanPort)),
  );
  if (inTheWay === undefined) return error;
  const has = inTheWay.name === device ? "is called so" : `has VNI ${vni} on UDP port ${vxlanPort}`;
  return `${error.replace(/\.$/, "")}: device ${inTheWay.name} of this host, which isn't Rhumbline's, ${has}; delete it, or keep that VNI out of the range that topology gives to networks`;
}
