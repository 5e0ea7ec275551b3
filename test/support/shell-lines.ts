import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A shell block of a document: what is typed at once. */
export interface ShellBlock {
  /** The heading that it stands under. */
  readonly section: string;
  /** Where it is typed, as its first line says: `# on node1`. */
  readonly host: string;
  readonly text: string;
}

/** A line of a document's shell block. */
export interface ShellLine {
  readonly host: string;
  readonly line: string;
}

const root = join(import.meta.dirname, "../..");

/** What a document has people type, as it is printed.
 *  @param document from the repository's root; blocks of it that name no host are for `control`. */
export function shellBlocksIn(document: string): ShellBlock[] {
  const parts = readFileSync(join(root, document), "utf8").matchAll(
    /^#+ (?<heading>[^\n]*)$|^```sh\n(?:# on (?<host>\w+)\n)?(?<text>.*?)^```$/gms,
  );
  const blocks: ShellBlock[] = [];
  let section = "";
  for (const { groups: { heading, host = "control", text } = {} } of parts) {
    if (heading !== undefined) section = heading;
    if (text !== undefined) blocks.push({ section, host, text });
  }
  return blocks;
}

/** The same line by line. */
export function shellLinesIn(document: string): ShellLine[] {
  return shellBlocksIn(document).flatMap(({ host, text }) => text.split("\n").map((line) => ({ host, line })));
}
