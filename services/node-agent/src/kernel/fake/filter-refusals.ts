import { withEntry } from "../../observed/edit-kernel.ts";
import type { ChangeFilter } from "../../plan/operation.ts";
import {
  byIdentity,
  declarationOf,
  type FilterObject,
  type FilterObjects,
  identityOf,
} from "../../security/filter-object.ts";

const missing = "Error: Could not process rule: No such file or directory";
const inUse = "Error: Could not process rule: Device or resource busy";

/** What nft says to a transaction that doesn't fit what stands: whatever is named must be there in the end. */
export function filterRefusal(standing: FilterObjects, { put, remove }: ChangeFilter): string | undefined {
  let after = standing;
  for (const object of remove) {
    if (!after.has(identityOf(object))) return missing;
    after = withEntry(after, identityOf(object), undefined);
  }
  for (const [identity, object] of byIdentity(put)) {
    const present = after.get(identity);
    if (object.kind === "element" && present?.kind === "element" && present.value !== object.value) {
      return "Error: Could not process rule: File exists";
    }
    if (present !== undefined && declarationOf(present) !== declarationOf(object))
      return "Error: Could not process rule: File exists";
    after = withEntry(after, identity, object);
  }
  const lacksName = (object: FilterObject): boolean => namesOf(object).some((name) => !after.has(name));
  if (put.some(lacksName)) return missing;
  // Nothing refers to an element.
  const tookNamed = remove.some(({ kind }) => kind !== "element");
  return tookNamed && [...after.values()].some(lacksName) ? inUse : undefined;
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
