import {
  type ConfinedElement,
  confinementChain,
  confinementRules,
  confinementSets,
  confinementTable,
} from "../../observed/confinement.ts";
import type { ChangeConfinement, Operation } from "../../plan/operation.ts";
import type { BatchResult } from "../kernel.ts";
import type { NftRunner } from "../nft.ts";

/** Before bridge netfilter and whatever else looks at bridged frames (linux/netfilter_bridge.h). */
const priority = -300;

/** One transaction for all of them. */
export async function runConfinement(nft: NftRunner, batch: readonly Operation[]): Promise<BatchResult> {
  const texts = batch.map((operation) => (operation.kind === "change-confinement" ? nftText(operation) : ""));
  const { refusal } = await nft({ netns: "", commands: texts.join("") });
  return { done: refusal === undefined ? batch.length : 0, error: refusal };
}

function nftText({ table, add, remove }: ChangeConfinement): string {
  const name = `bridge ${confinementTable}`;
  // Declared first: deleting what isn't there would be refused.
  if (table === "deleted") return `table ${name} {}\ndelete table ${name}\n`;
  const made =
    table === "kept"
      ? ""
      : `table ${name} {}
delete table ${name}
table ${name} {
  ${sets.join("\n  ")}
  chain ${confinementChain} {
    type filter hook forward priority ${priority};
    ${confinementRules.join("\n    ")}
  }
}
`;
  const lines = [
    ...add.map((element) => elementLine("add", element)),
    ...remove.map((element) => elementLine("delete", element)),
  ];
  return `${made}${lines.join("")}`;
}

const sets = Object.entries(confinementSets).map(([name, type]) => `set ${name} { type ${type}; }`);

/** A device's name in quotes, and what else there is behind it as it is. */
function elementLine(verb: "add" | "delete", element: ConfinedElement): string {
  const [set, device = "", ...more] = element.split(" ");
  return `${verb} element bridge ${confinementTable} ${set} { ${[`"${device}"`, ...more].join(" ")} }\n`;
}
