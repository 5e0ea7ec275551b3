import { type Columns, parseFilter } from "./filter.ts";
import { parseOrder, type SortKey } from "./order.ts";
import { pageTokens, requirePageSize } from "./page-token.ts";

export interface ListRequest {
  readonly pageSize: number;
  readonly pageToken: string;
  readonly filter: string;
  readonly orderBy: string;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Empty on the last page. */
  readonly nextPageToken: string;
}

/** One page of what the filter lets through, in order. A page begins after the last item of the one before it, whatever
 *  came or went since: nothing that stays is missed or seen twice. https://google.aip.dev/158 */
export function listPage<T extends { readonly id: string }>(
  items: Iterable<T>,
  columns: Columns<T>,
  request: ListRequest,
): Page<T> {
  const size = requirePageSize(request.pageSize);
  const matches = parseFilter(request.filter, columns);
  const order = parseOrder(request.orderBy, columns);
  const tokens = pageTokens<SortKey>([request.filter, request.orderBy]);
  const after = tokens.parse(request.pageToken);
  const found: { key: SortKey; item: T }[] = [];
  for (const item of items) {
    if (!matches(item)) continue;
    const key = order.keyOf(item);
    if (after === undefined || order.compare(key, after) > 0) found.push({ key, item });
  }
  found.sort((a, b) => order.compare(a.key, b.key));
  const page = found.slice(0, size);
  const last = page.at(-1);
  const more = found.length > size && last !== undefined;
  return { items: page.map(({ item }) => item), nextPageToken: more ? tokens.format(last.key) : "" };
}
