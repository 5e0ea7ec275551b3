import { withEntry } from "../../observed/edit-kernel.ts";
import type { ChangeFilter } from "../../plan/operation.ts";
import {
  byIdentity,
  containerOf,
  declarationOf,
  type FilterObject,
  type FilterObjects,
  identityOf,
  isIptables,
} from "../../security/filter-object.ts";

const missing = "Error: Could not process rule: No such file or directory";
const inUse = "Error: Could not process rule: Device or resource busy";

/** What the kernel says to a transaction that doesn't fit what stands: whatever is named must be there in the end. */
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
  if (object.kind === "element") return [containerOf(object), ...namesIn(object, object.value)];
  return object.kind === "chain" || object.kind === "hook" ? object.lines.flatMap((line) => namesIn(object, line)) : [];
}

function namesIn({ table }: FilterObject, text: string): string[] {
  const named = (pattern: RegExp): string[] => [...text.matchAll(pattern)].map(([, name = ""]) => name);
  if (isIptables(table)) {
    return [
      ...named(/-[jg] (rhumbline-\S+)/g).map((name) => `chain ${table} ${name}`),
      ...named(/--match-set (\S+)/g).map((name) => `set ipset ${name}`),
    ];
  }
  return [
    ...named(/\b(?:jump|goto) ([\w-]+)/g).map((name) => `chain ${table} ${name}`),
    ...named(/ @(?!th,)([a-z][\w-]*)/g).map((name) => `set ${table} ${name}`),
  ];
}
