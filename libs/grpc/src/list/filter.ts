import { InvalidFields } from "@rhumbline/event-sourcing";

/** What can be filtered and sorted by: field name in snake_case → its value, or all of them. */
export type Columns<T> = Readonly<Record<string, (item: T) => ColumnValue>>;
type ColumnValue = string | number | boolean | readonly string[] | undefined;

const term = /^\s*([a-z_.]+)\s*(=|!=|:)\s*(?:"((?:[^"\\]|\\.)*)"|([^\s"()]+))\s*/;
const and = /^AND\s+/;

export interface FilterTerm {
  readonly field: string;
  readonly operator: "=" | "!=" | ":";
  readonly value: string;
}

/** The part of https://google.aip.dev/160 that lists need: `field = "value" AND other != "value"`, and `field:part` for
 *  "contains". Of a field with several values (`tags:"blue"`) one has to be the value, with != none. Empty: everything.
 *  @throws {InvalidFields} */
export function parseFilter<T>(filter: string, columns: Columns<T>): (item: T) => boolean {
  const tests = filterTerms(filter, Object.keys(columns)).map(({ field, operator, value }) => {
    const column = columns[field];
    if (column === undefined) throw new TypeError(`checked field ${field} has no column`);
    return test(column, operator, value);
  });
  return (item) => tests.every((holds) => holds(item));
}

/** What `parseFilter` tests, for those who can use it to read less. All terms must hold.
 *  @throws {InvalidFields} */
export function filterTerms(filter: string, fields: readonly string[]): FilterTerm[] {
  const terms: FilterTerm[] = [];
  for (let rest = filter.trim(); rest !== ""; ) {
    if (terms.length > 0) {
      if (!and.test(rest)) refuse(`expected AND before ${JSON.stringify(rest)}`);
      rest = rest.replace(and, "");
    }
    const match = term.exec(rest);
    if (match === null)
      return refuse(`can't read ${JSON.stringify(rest)}; accepted is: field = "value" AND other != "value"`);
    const [whole, field = "", operator, quoted, bare] = match;
    if (!fields.includes(field)) refuse(`unknown field ${field}; accepted are: ${fields.join(", ")}`);
    const value = quoted?.replace(/\\(.)/g, "$1") ?? bare ?? "";
    terms.push({ field, operator: operator as FilterTerm["operator"], value });
    rest = rest.slice(whole.length);
  }
  return terms;
}

function test<T>(column: Columns<T>[string], operator: FilterTerm["operator"], value: string): (item: T) => boolean {
  const holds = (found: ColumnValue): boolean => {
    if (typeof found === "object") return found.includes(value);
    const text = String(found ?? "");
    return operator === ":" ? text.includes(value) : text === value;
  };
  return (item) => holds(column(item)) === (operator !== "!=");
}

function refuse(description: string): never {
  throw new InvalidFields([{ field: "filter", description }]);
}
