import { stringify } from "yaml";

/** The text of an answer for programs: indented JSON, or YAML. Undefined for the formats that are for people. */
export function formatData(format: string, answer: unknown): string | undefined {
  if (format === "json") return JSON.stringify(answer, undefined, 2);
  return format === "yaml" ? inYaml(answer) : undefined;
}

/** The same for one of a stream: JSON in one line, or a YAML document. */
export function formatRecord(format: string, record: unknown): string | undefined {
  if (format === "json") return JSON.stringify(record);
  return format === "yaml" ? `---\n${inYaml(record)}` : undefined;
}

/** Through JSON first, which leaves out what has no value, so that both formats hold the same. */
const inYaml = (value: unknown): string =>
  stringify(JSON.parse(JSON.stringify(value)), { aliasDuplicateObjects: false, lineWidth: 0 }).trimEnd();
