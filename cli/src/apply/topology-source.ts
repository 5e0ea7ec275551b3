import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { Option } from "commander";
import type { Identity } from "../config.ts";
import { asFileError } from "../errors/file-error.ts";
import { readTopology } from "../topology-file/read-topology.ts";
import { kinds } from "../topology-file/wanted.ts";
import type { Topology } from "./references.ts";

export interface SourceOptions {
  readonly filename: string;
  readonly project?: string;
}

export const fileOption = new Option(
  "-f, --filename <file>",
  "a topology file in YAML; - for standard input",
).makeOptionMandatory();
export const projectOption = new Option("--project <project>", "of resources that name none")
  .env("RHUMB_PROJECT")
  .default(undefined, "that of --as-project, else default");

/** Reads the topology file, its resources in the order in which they can be made.
 *  @throws {CommandFailed} it can't be read or understood. */
export async function openTopology({ filename, project }: SourceOptions, { asProject }: Identity): Promise<Topology> {
  const source = filename === "-" ? await text(process.stdin) : await readFile(filename, "utf8").catch(asFileError);
  const file = filename === "-" ? "standard input" : filename;
  const wanted = readTopology(source, file, project ?? asProject ?? "default");
  // Each kind refers to those before it only.
  const inOrder = kinds.flatMap((kind) => wanted.filter((item) => item.kind === kind));
  return { file, wanted: inOrder, ids: new Map(), left: new Set() };
}
