import { readdirSync } from "node:fs";

/** The names in a folder. What is looked at comes and goes: of a folder that isn't there, and of what is no folder, none. */
export function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
