import { InvalidFields } from "@rhumbline/event-sourcing";

/** What can be filtered and sorted by: field name in snake_case → its value. */
export type Columns<T> = Readonly<Record<string, (item: T) => string | number | boolean | undefined>>;

const term = /^\s*([a-z_.]+)\s*(=|!=|:)\s*(?:"((?:[^"\\]|\\.)*)"|([^\s"()]+))\s*/;
const and = /^AND\s+/;

/** The part of https://google.aip.dev/160 that lists need: `field = "value" AND other != "value"`, and `field:part` for
 *  "contains". Empty: everything.
 *  @throws {InvalidFields} */
export function parseFilter<T>(filter: string, columns: Columns<T>): (item: T) => boolean {
  const tests: ((item: T) => boolean)[] = [];
  for (let rest = filter.trim(); rest !== ""; ) {
    if (tests.length > 0) {
      if (!and.test(rest)) refuse(`expected AND before ${JSON.stringify(rest)}`);
      rest = rest.replace(and, "");
    }
    const match = term.exec(rest);
    if (match === null)
      return refuse(`can't read ${JSON.stringify(rest)}; accepted is: field = "value" AND other != "value"`);
    const [whole, name = "", operator, quoted, bare] = match;
    const column = columns[name] ?? refuse(`unknown field ${name}; accepted are: ${Object.keys(columns).join(", ")}`);
    const value = quoted?.replace(/\\(.)/g, "$1") ?? bare ?? "";
    tests.push(test(column, operator ?? "=", value));
    rest = rest.slice(whole.length);
  }
  return (item) => tests.every((holds) => holds(item));
}

function test<T>(column: Columns<T>[string], operator: string, value: string): (item: T) => boolean {
  if (operator === ":") return (item) => String(column(item) ?? "").includes(value);
  if (operator === "!=") return (item) => String(column(item) ?? "") !== value;
  return (item) => String(column(item) ?? "") === value;
}

function refuse(description: string): never {
  throw new InvalidFields([{ field: "filter", description }]);
}
