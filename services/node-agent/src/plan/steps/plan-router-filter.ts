import type { DesiredRouterNamespace } from "../../desired/desired-kernel.ts";
import { filterOf } from "../../observed/edit-kernel.ts";
import { remembering } from "../../observed/remember.ts";
import {
  declarationOf,
  type FilterElement,
  type FilterObject,
  type FilterObjects,
  identityOf,
} from "../../security/filter-object.ts";
import { type FilterPart, identitiesOf } from "../../security/filter-part.ts";
import type { Draft } from "./draft.ts";
import { planFilterPart } from "./plan-filter-part.ts";

/** What a router translates by nftables: chains and maps, then what is in the maps too much, then what is missing. */
export function planRouterFilter({ name: netns, resource, filter }: DesiredRouterNamespace, draft: Draft): void {
  const [base, ...translated] = filter;
  if (base === undefined) return;
  planReshaping(netns, base, draft);
  planFilterPart(netns, base, [], draft);
  const standing = filterOf(draft.kernel(), netns);
  planRemoval(unwantedIn(standing, filter, isElement), netns, resource, draft);
  const putBefore = new Set(standing.values());
  for (const part of translated) {
    if (part.objects.every((each) => putBefore.has(each))) continue;
    const found = identitiesOf(part).map((identity) => standing.get(identity));
    planFilterPart(netns, part, found.filter(isElement), draft);
  }
}

/** A map of another type, or a chain at another hook, can't be changed: the table is made anew, in the same transaction. */
function planReshaping(netns: string, { resource, objects }: FilterPart, draft: Draft): void {
  const standing = filterOf(draft.kernel(), netns);
  const isMisshapen = (wanted: FilterObject): boolean => {
    const found = standing.get(identityOf(wanted));
    return found !== undefined && declarationOf(found) !== declarationOf(wanted);
  };
  if (objects.some(isMisshapen)) planRemoval([...standing.values()], netns, resource, draft);
}

const isElement = (object: FilterObject | undefined): object is FilterElement => object?.kind === "element";

/** What is no more: once the rules of the backend that is wished for stand. */
export function planRouterFilterRemoval({ name: netns, resource, filter }: DesiredRouterNamespace, draft: Draft): void {
  const standing = filterOf(draft.kernel(), netns);
  planRemoval(
    unwantedIn(standing, filter, () => true),
    netns,
    resource,
    draft,
  );
}

function unwantedIn(
  standing: FilterObjects,
  filter: DesiredRouterNamespace["filter"],
  concerns: (object: FilterObject) => boolean,
): FilterObject[] {
  const wanted = identitiesIn(filter);
  const unwanted: FilterObject[] = [];
  for (const [identity, each] of standing) if (concerns(each) && !wanted.has(identity)) unwanted.push(each);
  return unwanted;
}

const identitiesIn = remembering(
  (filter: DesiredRouterNamespace["filter"]): ReadonlySet<string> => new Set(filter.flatMap(identitiesOf)),
);

function planRemoval(remove: readonly FilterObject[], netns: string, resource: string, draft: Draft): void {
  if (remove.length > 0) draft.add({ kind: "change-filter", resource, netns, alsoServes: [], put: [], remove });
}
