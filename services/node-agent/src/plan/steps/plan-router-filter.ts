import type { DesiredRouterNamespace } from "../../desired/desired-kernel.ts";
import { declarationOf, type FilterElement, type FilterObject, identityOf } from "../../security/filter-object.ts";
import type { FilterPart } from "../../security/filter-part.ts";
import type { Draft } from "./draft.ts";
import { planFilterPart } from "./plan-filter-part.ts";

/** What a router translates by nftables: chains and maps, then what is in the maps too much, then what is missing. */
export function planRouterFilter({ name: netns, resource, filter }: DesiredRouterNamespace, draft: Draft): void {
  const [base, ...translated] = filter;
  if (base === undefined) return;
  planReshaping(netns, base, draft);
  planFilterPart(netns, base, [], draft);
  const standing = draft.namespace(netns)?.filter ?? new Map<string, FilterObject>();
  const wanted = new Set(translated.flatMap(({ objects }) => objects.map(identityOf)));
  const stale = [...standing.values()].filter((each) => each.kind === "element" && !wanted.has(identityOf(each)));
  planRemoval(stale, netns, resource, draft);
  for (const part of translated) {
    const owned = part.objects.map((each) => standing.get(identityOf(each))).filter(isElement);
    planFilterPart(netns, part, owned, draft);
  }
}

/** A map of another type, or a chain at another hook, can't be changed: the table is made anew, in the same transaction. */
function planReshaping(netns: string, { resource, objects }: FilterPart, draft: Draft): void {
  const standing = draft.namespace(netns)?.filter ?? new Map<string, FilterObject>();
  const isMisshapen = (wanted: FilterObject): boolean => {
    const found = standing.get(identityOf(wanted));
    return found !== undefined && declarationOf(found) !== declarationOf(wanted);
  };
  if (objects.some(isMisshapen)) planRemoval([...standing.values()], netns, resource, draft);
}

const isElement = (object: FilterObject | undefined): object is FilterElement => object?.kind === "element";

/** What is no more: once the rules of the backend that is wished for stand. */
export function planRouterFilterRemoval({ name: netns, resource, filter }: DesiredRouterNamespace, draft: Draft): void {
  const wanted = new Set(filter.flatMap(({ objects }) => objects.map(identityOf)));
  const standing = [...(draft.namespace(netns)?.filter.values() ?? [])];
  planRemoval(
    standing.filter((each) => !wanted.has(identityOf(each))),
    netns,
    resource,
    draft,
  );
}

function planRemoval(remove: readonly FilterObject[], netns: string, resource: string, draft: Draft): void {
  if (remove.length > 0) draft.add({ kind: "change-filter", resource, netns, alsoServes: [], put: [], remove });
}
