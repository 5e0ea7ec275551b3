import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Command, CommanderError, type Option } from "commander";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { ServiceFailure } from "./errors/service-failure.ts";
import { CommandFailed, DifferencesFound, UsageError } from "./errors/usage-error.ts";
import { createProgram } from "./program.ts";

/** Nobody listens there: what is understood fails at its first call. */
const nowhere = ["ipam", "topology", "scheduler", "audit", "event-log"].flatMap((name) => [`--${name}`, "127.0.0.1:1"]);
/** The same words in every run: what they find shall be found again. */
const seed = 1;
const deadlineMs = 60_000;

const strange = fc.oneof(
  fc.constantFrom(
    "",
    " ",
    "\u0000",
    "\u001b[31m",
    "-1",
    "1e999",
    "null",
    "{}",
    "a=b=c",
    "10.0.0.0/99",
    "💥",
    "../../..",
  ),
  fc.constantFrom("x".repeat(70_000), ",".repeat(1_000), "2001:db8::/200", "99999999999999999999"),
  fc.string({ minLength: 1, maxLength: 20 }),
);

/** Whoever prints waits until it is out. */
function swallow(_text: unknown, ...rest: unknown[]): boolean {
  for (const done of rest) if (typeof done === "function") done();
  return true;
}

let folder: string;
const before = process.cwd();
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "rhumb-garbage-"));
  // Commands that write files write them here, whatever they are told to be called.
  process.chdir(folder);
  for (const stream of [process.stdout, process.stderr]) vi.spyOn(stream, "write").mockImplementation(swallow);
});
afterAll(() => {
  vi.restoreAllMocks();
  process.chdir(before);
  rmSync(folder, { recursive: true });
});

const leavesOf = (command: Command): Command[] =>
  command.commands.length === 0 ? [command] : command.commands.flatMap(leavesOf);
const pathOf = (command: Command): string[] =>
  command.parent === null ? [] : [...pathOf(command.parent), command.name()];
const leaves = leavesOf(createProgram()).filter((command) => command.name() !== "help");
const takesValue = ({ required, optional }: Option): boolean => required || optional;

/** What a person would read, and no fault of rhumb's own. */
async function expectUnderstoodOrRefused(words: readonly string[]): Promise<void> {
  const program = createProgram();
  const silent = { writeOut: () => {}, writeErr: () => {} };
  for (const command of [program, ...program.commands.flatMap((one) => [one, ...leavesOf(one)])])
    command.configureOutput(silent);
  const argv = ["node", "rhumb", "--contexts", join(folder, "contexts.yaml"), ...nowhere, ...words];
  const ended = program.parseAsync(argv).then(
    () => undefined,
    (error: unknown) => error,
  );
  const error = await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, deadlineMs, "it never ends"))]);
  if (error === undefined) return;
  const told = [CommanderError, UsageError, CommandFailed, ServiceFailure, DifferencesFound];
  if (!told.some((kind) => error instanceof kind))
    throw new Error(`${JSON.stringify(words).slice(0, 300)}: ${error}`, { cause: error });
  expect((error as Error).message).not.toMatch(/\n {4}at /);
}

describe.each(leaves.map((leaf) => [pathOf(leaf).join(" "), leaf] as const))("rhumb %s", (_, leaf) => {
  const path = pathOf(leaf);
  const needed = leaf.registeredArguments.filter(({ required }) => required).map(() => "thing");
  const mandatory = leaf.options.filter(({ mandatory }) => mandatory).flatMap(({ long }) => [long ?? "", "thing"]);

  test("without what it needs, with too much, and with a flag that it does not have", async () => {
    await expectUnderstoodOrRefused(path);
    await expectUnderstoodOrRefused([...path, ...needed, ...mandatory, "one", "two", "three", "four"]);
    await expectUnderstoodOrRefused([...path, ...needed, ...mandatory, "--no-such-flag", "x"]);
  });

  test("with strange words where it takes any", async () => {
    const word = fc.oneof(
      strange.map((value) => needed.map(() => value)),
      ...leaf.options
        .filter(takesValue)
        .map(({ long, short }) => strange.map((value) => [...needed, long ?? short ?? "", value])),
    );
    for (const words of fc.sample(word, { numRuns: 12, seed }))
      await expectUnderstoodOrRefused([...path, ...words, ...mandatory]);
  });
});
