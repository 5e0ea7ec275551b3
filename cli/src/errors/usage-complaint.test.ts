import { CommanderError } from "commander";
import { expect, test } from "vitest";
import { readTypedWords } from "../completion/typed-words.ts";
import { createProgram } from "../program.ts";
import { usageComplaint } from "./usage-complaint.ts";

async function complaintOf(typed: string): Promise<string> {
  const words = typed.split(" ");
  const program = createProgram();
  try {
    await program.parseAsync(words, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return usageComplaint(error, readTypedWords(program, [...words, ""]).command, words);
  }
  throw new Error(`rhumb ${typed} was understood`);
}

test.for([
  ["rotuer list", 'rhumb has no command "rotuer"; did you mean router?'],
  ["router craete r1", 'rhumb router has no command "craete"; did you mean create?'],
  ["quota show", 'rhumb quota has no command "show"; it has '],
  ["router create r1 --gatway public", "rhumb router create has no flag --gatway; did you mean --gateway?"],
  ["subnet create s --netwrok n", "rhumb subnet create has no flag --netwrok; did you mean --network?"],
  ["router list -x", "rhumb router list has no flag -x; rhumb router list --help tells what it takes"],
  [
    "router list -o jsn",
    '"jsn" is no value of --output: accepted are table, wide, json, yaml, name; did you mean json?',
  ],
  ["network create n --type vxlna", "accepted are vxlan, flat, vlan, local; did you mean vxlan?"],
  ["subnet create s --network n --ipv6-ra-mode slac", '"slac" is no value of --ipv6-ra-mode: accepted are slaac, '],
  ["history ruoter r1", '"ruoter" is no value of <resource>: accepted are network, '],
  ["history ruoter r1", "; did you mean router?"],
  ["events --since yesterday", '"yesterday" is no value of --since: accepted is a log position, '],
  ["wait port p --for status=ACTVE", "; did you mean status=ACTIVE?"],
  [
    "subnet create s",
    "required option '--network <network>' not specified; rhumb subnet create --help tells what it takes",
  ],
  ["network create", "missing required argument 'name'; rhumb network create --help tells what it takes"],
] as const)("rhumb %s: %s", async ([typed, expected]) => {
  expect(await complaintOf(typed)).toContain(expected);
});
