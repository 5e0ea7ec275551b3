import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { helperFolder } from "../../../desired/desired-helper.ts";
import { entriesOf } from "../observe/entries-of.ts";

/** Of each helper whether it runs, and when its files were written, as a text to compare. */
export function helpersNow(): string {
  return entriesOf(helperFolder)
    .map((helper) => stateOf(join(helperFolder, helper)))
    .join("\n");
}

function stateOf(folder: string): string {
  const states = [folder];
  for (const name of entriesOf(folder)) {
    const path = join(folder, name);
    if (name === "pid") states.push(runningIn(path));
    else if (name !== "leases" && !name.startsWith(".")) states.push(`${path} ${writtenMs(path)}`, ...entriesIn(path));
  }
  return states.join("\n");
}

/** Files that are read again lie in folders of their own. */
const entriesIn = (path: string): string[] =>
  entriesOf(path).map((name) => `${join(path, name)} ${writtenMs(join(path, name))}`);

function runningIn(pidFile: string): string {
  try {
    return String(existsSync(`/proc/${readFileSync(pidFile, "utf8").trim()}`));
  } catch {
    return "";
  }
}

const writtenMs = (path: string): number => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
