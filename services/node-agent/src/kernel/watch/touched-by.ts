import type { ObservedKernel } from "../../observed/observed-kernel.ts";
import { isHelperOperation } from "../../plan/helper-operation.ts";
import type { ChangeFilter, Operation } from "../../plan/operation.ts";
import { byIdentity } from "../../security/filter-object.ts";
import { decidesOtherwise } from "../../security/filter-parts.ts";
import { allParts, type Part } from "../places.ts";

const devices: readonly Part[] = ["devices"];
/** New rules are a reason to look at the connections that the old ones made. */
const rules: readonly Part[] = ["rules", "connections"];
/** Nothing is let through, or held up, by what changed. */
const rulesAlone: readonly Part[] = ["rules"];
const connections: readonly Part[] = ["connections"];

/** Where an operation may leave something otherwise than it was, whether it is done or refused.
 *  @param known the kernel before it, as far as anything is known. */
export function touchedBy(
  operation: Operation,
  known: ObservedKernel | undefined,
): readonly (readonly [place: string, parts: Iterable<Part>])[] {
  if (isHelperOperation(operation)) return [["", ["helpers"]]];
  const { netns } = operation;
  switch (operation.kind) {
    case "announce":
      return [];
    case "add-namespace":
    case "drop-namespace":
      return [
        [netns, allParts],
        ["", devices],
      ];
    // Of these the host has, or had, the other end.
    case "add-veth":
    case "add-macvlan":
      return [
        [netns, devices],
        ["", devices],
      ];
    case "delete-link":
      return [
        [netns, devices],
        ["", devices],
        ...otherEndOf(operation.device, known).map((place) => [place, devices] as const),
      ];
    case "change-table":
      return [[netns, rules]];
    case "change-filter":
      return [[netns, concernsConnections(operation) ? rules : rulesAlone]];
    case "change-confinement":
      return [[netns, rulesAlone]];
    case "delete-flows":
    case "delete-connections":
    case "mark-connections":
      return [[netns, connections]];
    default:
      return [[netns, devices]];
  }
}

const concernsConnections = ({ netns, remove, put }: ChangeFilter): boolean =>
  netns !== "" || decidesOtherwise(byIdentity(remove), byIdentity(put));

/** The namespace that a device of the host leads into. */
function otherEndOf(device: string, known: ObservedKernel | undefined): string[] {
  const namespace = known?.links.get(device)?.peerNamespace;
  return namespace === undefined ? [] : [namespace];
}
