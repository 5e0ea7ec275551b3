import { filterOf } from "../../observed/edit-kernel.ts";
import {
  type FilterElement,
  type FilterObject,
  type FilterObjects,
  identityOf,
  sameObject,
} from "../../security/filter-object.ts";
import type { FilterPart } from "../../security/filter-part.ts";
import type { Draft } from "./draft.ts";

/** What of it is wrong goes in the same transaction in which the right comes: a set takes no intervals that overlap, a map
 *  no two values for one key, and nobody may send as somebody else a moment longer.
 *  @param owned standing elements that are the part's, wanted or not. */
export function planFilterPart(
  netns: string,
  { resource, alsoServes, objects }: FilterPart,
  owned: readonly FilterElement[],
  draft: Draft,
): void {
  const filter = filterOf(draft.kernel(), netns);
  const wanted = new Map(objects.map((object) => [identityOf(object), object]));
  const put = objects.filter((object) => !sameObject(filter.get(identityOf(object)), object));
  const wrong = owned.filter((element) => {
    const meant = wanted.get(identityOf(element));
    return meant === undefined || !sameObject(meant, element);
  });
  const remove = [...put.flatMap((object) => hookInPlaceOf(object, filter)), ...wrong];
  if (put.length + remove.length === 0) return;
  draft.add({ kind: "change-filter", resource, netns, alsoServes, put, remove });
}

/** A built-in chain keeps what others have in it: ours are taken out before they come anew. */
function hookInPlaceOf(object: FilterObject, filter: FilterObjects): FilterObject[] {
  const standing = filter.get(identityOf(object));
  return standing?.kind === "hook" ? [standing] : [];
}
