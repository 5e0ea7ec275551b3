import fc from "fast-check";
import { expect, test } from "vitest";
import { chainEdit } from "./chain-edit.ts";

const chain = "rhumbline-PREROUTING";
const ruleOf = (number: number): string =>
  `-A ${chain} -d 203.0.113.${number}/32 -j DNAT --to-destination 10.0.0.${number}`;
const rulesOf = (...numbers: readonly number[]): string[] => numbers.map(ruleOf);

test("one rule more of a long chain is one line, wherever it comes", () => {
  const many = Array.from({ length: 200 }, (_, i) => i + 1);
  expect(chainEdit(chain, rulesOf(...many, 255), rulesOf(...many, 254, 255))).toEqual({
    declared: false,
    lines: [`-I ${chain} 201 -d 203.0.113.254/32 -j DNAT --to-destination 10.0.0.254`],
  });
  expect(chainEdit(chain, rulesOf(...many), rulesOf(...many, 255))).toEqual({ declared: false, lines: rulesOf(255) });
});

test("one rule less is one line too, which names the rule and no place: another one must not go instead", () => {
  expect(chainEdit(chain, rulesOf(1, 2, 3), rulesOf(1, 3))).toEqual({
    declared: false,
    lines: [`-D ${chain} -d 203.0.113.2/32 -j DNAT --to-destination 10.0.0.2`],
  });
});

test("a chain that is missing, or whose rules change places, is written anew", () => {
  expect(chainEdit(chain, undefined, rulesOf(1))).toEqual({ declared: true, lines: rulesOf(1) });
  expect(chainEdit(chain, rulesOf(1, 2), rulesOf(2, 1))).toEqual({ declared: true, lines: rulesOf(2, 1) });
});

test("whatever stood there, what is wanted stands afterwards", () => {
  const rules = fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 8 }).map((numbers) => rulesOf(...numbers));
  fc.assert(
    fc.property(fc.option(rules, { nil: undefined }), rules, (before, wanted) => {
      expect(edited(before, chainEdit(chain, before, wanted))).toEqual(wanted);
    }),
    { numRuns: 1000 },
  );
});

/** As iptables-restore(8) would. */
function edited(before: readonly string[] | undefined, { declared, lines }: ReturnType<typeof chainEdit>): string[] {
  const rules = declared ? [] : [...(before ?? [])];
  for (const line of lines) {
    const [, verb = "", rest = ""] = /^-([ADI]) \S+ (.*)$/.exec(line) ?? [];
    if (verb === "A") rules.push(line);
    else if (verb === "D") rules.splice(rules.indexOf(`-A ${chain} ${rest}`), 1);
    else rules.splice(Number(rest.split(" ", 1)[0]) - 1, 0, `-A ${chain} ${rest.replace(/^\d+ /, "")}`);
  }
  return rules;
}
