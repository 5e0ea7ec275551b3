import { createHash } from "node:crypto";
import { DomainError, InvalidFields } from "@rhumbline/event-sourcing";
import { type Columns, parseFilter } from "./filter.ts";
import { parseOrder, type SortKey } from "./order.ts";

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

class InvalidPageToken extends DomainError {
  readonly kind = "invalid";
  readonly reason = "INVALID_PAGE_TOKEN";

  constructor() {
    const description = "not a token of this list with this filter and order_by; begin again without one";
    super(`page_token: ${description}`, {}, [{ field: "page_token", description }]);
  }
}

const defaultPageSize = 100;
const maxPageSize = 1_000;

/** One page of what the filter lets through, in order. A page begins after the last item of the one before it, whatever
 *  came or went since: nothing that stays is missed or seen twice. https://google.aip.dev/158 */
export function listPage<T extends { readonly id: string }>(
  items: Iterable<T>,
  columns: Columns<T>,
  request: ListRequest,
): Page<T> {
  if (request.pageSize < 0) {
    throw new InvalidFields([
      {
        field: "page_size",
        description: `${request.pageSize} is negative; accepted are 0 (for ${defaultPageSize}) to ${maxPageSize}`,
      },
    ]);
  }
  const size = Math.min(request.pageSize || defaultPageSize, maxPageSize);
  const matches = parseFilter(request.filter, columns);
  const order = parseOrder(request.orderBy, columns);
  const query = createHash("sha256").update(`${request.filter}\n${request.orderBy}`).digest("base64url").slice(0, 8);
  const after = request.pageToken === "" ? undefined : parseToken(request.pageToken, query);
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
  return { items: page.map(({ item }) => item), nextPageToken: more ? token(query, last.key) : "" };
}

const token = (query: string, key: SortKey): string => Buffer.from(JSON.stringify([query, key])).toString("base64url");

function parseToken(text: string, query: string): SortKey {
  try {
    const [itsQuery, key] = JSON.parse(Buffer.from(text, "base64url").toString()) as [string, SortKey];
    if (itsQuery === query && Array.isArray(key)) return key;
  } catch {
    // Not even JSON: refused below like any other token that isn't ours.
  }
  throw new InvalidPageToken();
}
