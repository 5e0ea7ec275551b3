import { type Columns, parseFilter } from "./filter.ts";
import { type Order, parseOrder, type SortKey } from "./order.ts";
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

/** Things that are kept in order: a page in that order reads no more than it holds. */
export interface InOrder<T> {
  /** By id; with one those behind it, whether it is among them or not. */
  after(id?: string): Iterable<T>;
  /** By the text of a column and then by id, those behind a place. Undefined: they are not kept in that order. */
  by?(column: string, place?: Place): Iterable<T> | undefined;
}

export interface Place {
  readonly text: string;
  readonly id: string;
}

/** One page of what the filter lets through, in order. A page begins after the last item of the one before it, whatever
 *  came or went since: nothing that stays is missed or seen twice. https://google.aip.dev/158 */
export function listPage<T extends { readonly id: string }>(
  items: Iterable<T> | InOrder<T>,
  columns: Columns<T>,
  request: ListRequest,
): Page<T> {
  const size = requirePageSize(request.pageSize);
  const matches = parseFilter(request.filter, columns);
  const order = parseOrder(request.orderBy, columns);
  const tokens = pageTokens<SortKey>([request.filter, request.orderBy]);
  const after = tokens.parse(request.pageToken);
  // One more than the page holds: it tells whether there is another page.
  const found = firstOf(items, { matches, order, after, orderBy: request.orderBy.trim() }, size + 1);
  const page = found.slice(0, size);
  const last = page.at(-1);
  const more = found.length > size && last !== undefined;
  return { items: page, nextPageToken: more ? tokens.format(order.keyOf(last)) : "" };
}

interface Query<T> {
  matches(item: T): boolean;
  readonly order: Order<T>;
  readonly after: SortKey | undefined;
  readonly orderBy: string;
}

/** The first of the items that match, in order: so many at the most. */
function firstOf<T>(items: Iterable<T> | InOrder<T>, query: Query<T>, count: number): T[] {
  if (!("after" in items)) return smallest(items, query, count);
  const inOrder = itemsBehind(items, query);
  if (inOrder === undefined) return smallest(items.after(), query, count);
  const found: T[] = [];
  for (const item of inOrder) {
    if (query.matches(item)) found.push(item);
    if (found.length === count) break;
  }
  return found;
}

/** Those behind the place where the page begins, in the order that is asked for, if they are kept in it. */
function itemsBehind<T>(items: InOrder<T>, { orderBy, after }: Query<T>): Iterable<T> | undefined {
  const [first, second] = (after ?? []).map(String);
  if (orderBy === "") return items.after(first);
  return items.by?.(orderBy, first === undefined ? undefined : { text: first, id: second ?? "" });
}

/** How many times more than are asked for are kept before they are sorted and the rest dropped. */
const slack = 4;

function smallest<T>(items: Iterable<T>, { matches, order, after }: Query<T>, count: number): T[] {
  const found: { readonly key: SortKey; readonly item: T }[] = [];
  let last: SortKey | undefined;
  const dropRest = (): void => {
    found.sort((a, b) => order.compare(a.key, b.key));
    found.length = Math.min(found.length, count);
    last = found.length === count ? found.at(-1)?.key : undefined;
  };
  for (const item of items) {
    if (!matches(item)) continue;
    const key = order.keyOf(item);
    if (after !== undefined && order.compare(key, after) <= 0) continue;
    if (last !== undefined && order.compare(key, last) >= 0) continue;
    found.push({ key, item });
    if (found.length >= slack * count) dropRest();
  }
  dropRest();
  return found.map(({ item }) => item);
}
