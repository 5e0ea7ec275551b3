import fc from "fast-check";
import { expect, test } from "vitest";
import { stringify } from "yaml";
import { CommandFailed } from "../errors/usage-error.ts";
import { fieldsByKind } from "./fields-by-kind.ts";
import { readTopology } from "./read-topology.ts";
import { kinds } from "./wanted.ts";

/** The same files in every run: what they find shall be found again. */
const parameters = { seed: 1, numRuns: 400 };

/** Read, or refused with complaints that each name the file and a line of it. */
function expectReadOrRefused(source: string): void {
  try {
    readTopology(source, "shop.yaml", "default");
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
    expect(error.message).toMatch(/^shop\.yaml:\d+: \S/);
    expect(error.message).not.toMatch(/\n {4}at /);
  }
}

const strangeText = fc.oneof(
  fc.string(),
  fc.constantFrom(
    "",
    "\u0000",
    "\u001b[31m",
    "\u202e",
    "10.0.0.0/24",
    "-1",
    "1e999",
    "~",
    "__proto__",
    "x".repeat(70_000),
  ),
);
const strange: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    strangeText,
    fc.double(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(strangeText, tie("value"), { maxKeys: 4 }),
  ),
})).value;

/** A resource with fields that its kind has, and values that are anything. */
const nearResource = fc.constantFrom(...kinds).chain((kind) =>
  fc
    .dictionary(fc.constantFrom("name", "project", "tags", ...Object.keys(fieldsByKind[kind])), strange, {
      maxKeys: 6,
    })
    .map((fields) => ({ kind, ...fields })),
);

test("any text is read, or refused by its lines", () => {
  fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 300 }), expectReadOrRefused), parameters);
});

test("any YAML is read, or refused by its lines", () => {
  fc.assert(
    fc.property(strange, (value) => expectReadOrRefused(stringify(value))),
    parameters,
  );
});

test("resources with values of any type are read, or refused by their lines", () => {
  fc.assert(
    fc.property(fc.array(nearResource, { maxLength: 3 }), (resources) => expectReadOrRefused(stringify(resources))),
    parameters,
  );
});

test.each([
  ["an alias of nothing", "kind: network\nname: *nothing"],
  ["an alias of itself", "kind: network\nname: web\ntags: &a [*a]"],
  ["a merge key", "<<: {kind: network}\nname: web"],
  ["a key twice", "kind: network\nname: web\nname: db"],
  ["a tag of no type", "kind: !!js/function network\nname: web"],
  ["a mapping as a key", "? {kind: network}\n: web"],
  ["a directive", "%YAML 9.9\n---\nkind: network\nname: web"],
  ["tabs", "kind: network\n\tname: web"],
  ["a document that ends in the middle", "kind: network\nname: [web"],
  ["aliases that would grow without end", growing()],
  ["ten thousand levels", `kind: network\nname: web\ntags: ${"[".repeat(10_000)}`],
])("%s is read, or refused by its line", (_, source) => expectReadOrRefused(source));

/** Each line names the one before it nine times. */
function growing(): string {
  const lines = Array.from({ length: 12 }, (_, i) => `- &a${i + 1} [${`*a${i}, `.repeat(9)}]`);
  return `- &a0 [x]\n${lines.join("\n")}`;
}
