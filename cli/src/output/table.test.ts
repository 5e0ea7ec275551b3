import { expect, test } from "vitest";
import { colours } from "./colour.ts";
import { type Column, formatTable } from "./table.ts";

interface Router {
  readonly name: string;
  readonly status: string;
}

const columns: Column<Router>[] = [
  { heading: "NAME", text: ({ name }) => name },
  { heading: "STATUS", text: ({ status }) => status, status: true },
];
const plain = colours(false);

test("columns are as wide as their widest cell, and no line ends in blanks", () => {
  const routers = [
    { name: "r1", status: "ACTIVE" },
    { name: "a longer name", status: "" },
  ];
  expect(formatTable(routers, columns, plain)).toEqual([
    "NAME           STATUS",
    "r1             ACTIVE",
    "a longer name",
  ]);
});

test("a table of nothing is its headings", () => {
  expect(formatTable([], columns, plain)).toEqual(["NAME  STATUS"]);
});

test("a name can't steer the terminal", () => {
  const [, row] = formatTable([{ name: "\u001b[2Jgone\nnext\u202e", status: "DOWN" }], columns, plain);
  expect(row).toBe("\\u{1b}[2Jgone\\u{a}next\\u{202e}  DOWN");
});

test("a status has its colour, and the columns stay aligned", () => {
  const [, ok, bad] = formatTable(
    [
      { name: "r1", status: "ACTIVE" },
      { name: "r2", status: "ERROR" },
    ],
    columns,
    colours(true),
  );
  expect(ok).toBe("r1    \u001b[32mACTIVE\u001b[39m");
  expect(bad).toBe("r2    \u001b[31mERROR\u001b[39m");
});
