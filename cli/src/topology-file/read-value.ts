import { isAlias, isMap, isScalar, isSeq, type Node, type YAMLMap } from "yaml";
import { suggestion } from "../errors/nearest.ts";
import { type Fields, type FieldType, text } from "./field-types.ts";
import { accepted, readScalar } from "./read-scalar.ts";
import type { Reading } from "./reading.ts";
import type { WantedRecord, WantedValue } from "./wanted.ts";

/** The fields of a mapping by their names in the API. Complains of those it does not know, and of those that are missing.
 *  @param within what stands before a field's name in complaints: "external_gateway." or nothing. */
export function readRecord(map: YAMLMap, fields: Fields, within: string, reading: Reading): WantedRecord {
  const read: Record<string, WantedValue> = {};
  const names = Object.keys(fields);
  const present = new Set<string>();
  for (const { key, value } of map.items as { key: Node; value: Node | null }[]) {
    const name = isScalar(key) ? String(key.value) : "";
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (field === undefined) {
      const known = suggestion(name, names) || `; accepted are ${names.join(", ")}`;
      reading.complain(key, `there is no field ${JSON.stringify(within + name)}${known}`);
      continue;
    }
    present.add(name);
    const wanted = readValue(value, field.value, within + name, reading);
    if (wanted === null && field.required) reading.complain(key, `${within}${name} must have a value`);
    else if (wanted !== undefined) read[field.api] = wanted;
  }
  for (const name of names) {
    const { required = false, unless = [] } = fields[name] ?? {};
    if (!required || present.has(name) || unless.some((other) => present.has(other))) continue;
    reading.complain(
      map,
      `${within}${name} is missing${unless.length === 0 ? "" : `: give it, or ${unless.join(" or ")}`}`,
    );
  }
  return read;
}

/** A value of the file as its field accepts it, in the API's canonical text. Undefined: complained of. */
function readValue(given: Node | null, type: FieldType, path: string, reading: Reading): WantedValue | undefined {
  const node = isAlias(given) ? (given.resolve(reading.document) ?? null) : given;
  if (node === null || (isScalar(node) && node.value === null)) return null;
  switch (type.type) {
    case "list":
      if (!isSeq<Node | null>(node)) return reading.complain(given, `${path} must be ${accepted(type)}`);
      return node.items.flatMap((item, i) => readValue(item, type.of, `${path}[${i}]`, reading) ?? []);
    case "record":
      if (!isMap(node)) return reading.complain(given, `${path} must be ${accepted(type)}`);
      return readRecord(node, type.fields, `${path}.`, reading);
    case "labels":
      if (!isMap(node)) return reading.complain(given, `${path} must be ${accepted(type)}`);
      return readLabels(node, path, reading);
    default:
      if (!isScalar(node)) return reading.complain(given, `${path} must be ${accepted(type)}`);
      return readScalar(node.value, type, path, reading, node);
  }
}

/** Any names, each with text. */
function readLabels(map: YAMLMap, path: string, reading: Reading): WantedRecord {
  const read: Record<string, WantedValue> = {};
  for (const { key, value } of map.items as { key: Node; value: Node | null }[]) {
    const name = isScalar(key) ? String(key.value) : "";
    const label = readValue(value, text, `${path}.${name}`, reading);
    if (label === null) reading.complain(key, `${path}.${name} must have a value`);
    else if (label !== undefined) read[name] = label;
  }
  return read;
}
