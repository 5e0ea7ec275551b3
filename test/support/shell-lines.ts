import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A line of a document's shell block, and the host that the block's first line names: `# on node1`. */
export interface ShellLine {
  readonly host: string;
  readonly line: string;
}

const root = join(import.meta.dirname, "../..");

/** What a document has people type, as it is printed.
 *  @param document from the repository's root; blocks of it that name no host are for `control`. */
export function shellLinesIn(document: string): ShellLine[] {
  const blocks = readFileSync(join(root, document), "utf8").matchAll(/^```sh\n(?:# on (\w+)\n)?(.*?)^```$/gms);
  return [...blocks].flatMap(([, host = "control", block = ""]) => block.split("\n").map((line) => ({ host, line })));
}
