import type { Command } from "commander";
import { expect, test } from "vitest";
import { exampleOf } from "./examples.ts";
import { createProgram } from "./program.ts";

const leavesOf = (command: Command, path: readonly string[] = []): (readonly [string, Command])[] =>
  command.commands.length === 0
    ? [[path.join(" "), command]]
    : command.commands.flatMap((each) => leavesOf(each, [...path, each.name()]));

/** As a shell takes a line apart. */
const wordsOf = (line: string): string[] =>
  [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, word]) => quoted ?? word ?? "");

const program = createProgram();
const typed = leavesOf(program).filter(([path]) => path !== "help" && path !== "__complete");

test.for(typed)("rhumb %s --help shows an example, and it is understood", async ([path, command]) => {
  const example = exampleOf(path.split(" "));
  expect(example).toBeDefined();
  expect(fullHelpOf(command)).toContain(`Example:\n  ${example}\n`);
  let ran = false;
  command.action(() => {
    ran = true;
  });
  await program.parseAsync(wordsOf(example ?? "").slice(1), { from: "user" });
  expect(ran).toBe(true);
});

test.for(typed)("rhumb %s --help says of every flag what it is", ([, command]) => {
  expect(command.options.filter(({ description }) => description === "").map(({ flags }) => flags)).toEqual([]);
});

function fullHelpOf(command: Command): string {
  const parts: string[] = [];
  command.configureOutput({ writeOut: (part) => void parts.push(part) });
  command.outputHelp();
  return parts.join("");
}
