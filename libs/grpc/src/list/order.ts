import { InvalidFields } from "@rhumbline/event-sourcing";
import type { Columns } from "./filter.ts";

export type SortKey = readonly (string | number | boolean)[];

export interface Order<T> {
  keyOf(item: T): SortKey;
  compare(a: SortKey, b: SortKey): number;
}

/** https://google.aip.dev/132#ordering: `name, create_time desc`. What is equal is ordered by id, so that pages have an order.
 *  @throws {InvalidFields} */
export function parseOrder<T extends { readonly id: string }>(orderBy: string, columns: Columns<T>): Order<T> {
  const terms = orderBy
    .split(",")
    .map((text) => text.trim())
    .filter((text) => text !== "")
    .map((text) => {
      const [name = "", direction = "asc", ...more] = text.split(/\s+/);
      const column = Object.hasOwn(columns, name) ? columns[name] : undefined;
      if (column === undefined || more.length > 0 || !["asc", "desc"].includes(direction)) {
        const accepted = Object.keys(columns).join(", ");
        throw new InvalidFields([
          {
            field: "order_by",
            description: `can't order by ${JSON.stringify(text)}; accepted are: ${accepted}, each with an optional desc`,
          },
        ]);
      }
      return { column, sign: direction === "desc" ? -1 : 1 };
    });
  return {
    keyOf(item) {
      const key = terms.map(({ column }) => sortable(column(item)));
      key.push(item.id);
      return key;
    },
    // By number, not by iterator: a long list is compared many times.
    compare(a, b) {
      for (let i = 0; i < a.length; i += 1) {
        const left = a[i] ?? "";
        const right = b[i] ?? "";
        if (left !== right) return (left < right ? -1 : 1) * (terms[i]?.sign ?? 1);
      }
      return 0;
    },
  };
}

/** Several values are sorted by the first, then by the others. */
const sortable = (value: ReturnType<Columns<never>[string]>): SortKey[number] =>
  typeof value === "object" ? value.join("\n") : (value ?? "");
