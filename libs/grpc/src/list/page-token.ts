import { createHash } from "node:crypto";
import { DomainError, InvalidFields } from "@rhumbline/event-sourcing";

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

/** How many items a page may hold.
 *  @throws {InvalidFields} */
export function requirePageSize(pageSize: number): number {
  if (pageSize < 0) {
    const description = `${pageSize} is negative; accepted are 0 (for ${defaultPageSize}) to ${maxPageSize}`;
    throw new InvalidFields([{ field: "page_size", description }]);
  }
  return Math.min(pageSize || defaultPageSize, maxPageSize);
}

/** Tokens that name where the next page begins, good for one query only.
 *  @param query what makes this list another one than that: its filter, its order. */
export function pageTokens<Place extends number | readonly unknown[]>(
  query: readonly string[],
): {
  format(place: Place): string;
  /** Undefined for the first page. @throws {InvalidPageToken} */
  parse(token: string): Place | undefined;
} {
  const mark = createHash("sha256").update(query.join("\n")).digest("base64url").slice(0, 8);
  return {
    format: (place) => Buffer.from(JSON.stringify([mark, place])).toString("base64url"),
    parse(token) {
      if (token === "") return undefined;
      try {
        const [itsMark, place] = JSON.parse(Buffer.from(token, "base64url").toString()) as [string, Place];
        if (itsMark === mark && (typeof place === "number" || Array.isArray(place))) return place;
      } catch {
        // Not even JSON: refused below like any other token that isn't ours.
      }
      throw new InvalidPageToken();
    },
  };
}
