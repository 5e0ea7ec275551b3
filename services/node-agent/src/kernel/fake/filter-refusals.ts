import type { ChangeFilter } from "../../plan/operation.ts";
import { byIdentity, type FilterObject, type FilterObjects, identityOf } from "../../security/filter-object.ts";

/** What nft says to a transaction that doesn't fit what stands: whatever is named must be there in the end. */
export function filterRefusal(standing: FilterObjects, { put, remove }: ChangeFilter): string | undefined {
  const after = new Map(standing);
  for (const object of remove) {
    if (!after.delete(identityOf(object))) return "Error: Could not process rule: No such file or directory";
  }
  for (const [identity, object] of byIdentity(put)) {
    const present = after.get(identity);
    if (object.kind === "element" && present?.kind === "element" && present.value !== object.value) {
      return "Error: Could not process rule: File exists";
    }
    after.set(identity, object);
  }
  const lost = [...after.values()].find((object) => namesOf(object).some((name) => !after.has(name)));
  if (lost === undefined) return undefined;
  return put.includes(lost)
    ? "Error: Could not process rule: No such file or directory"
    : "Error: Could not process rule: Device or resource busy";
}

/** The identities of what an object refers to. */
function namesOf(object: FilterObject): string[] {
  if (object.kind === "element") return [`set ${object.table} ${object.set}`, ...chainsIn(object.table, object.value)];
  if (object.kind !== "chain") return [];
  return object.lines.flatMap((line) => [
    ...chainsIn(object.table, line),
    ...[...line.matchAll(/ @(?!th,)([a-z][\w-]*)/g)].map(([, name]) => `set ${object.table} ${name}`),
  ]);
}

const chainsIn = (table: string, text: string): string[] =>
  [...text.matchAll(/\b(?:jump|goto) ([\w-]+)/g)].map(([, name]) => `chain ${table} ${name}`);
