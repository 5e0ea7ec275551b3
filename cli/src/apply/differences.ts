import { inOneLine } from "../output/details.ts";
import type { Field, Fields, FieldType } from "../topology-file/field-types.ts";
import { isList, isRecord, type Json, type JsonRecord } from "./json.ts";

/** One field that is not as the file wants it. */
export interface Difference {
  /** Its path, by the names that the file has. */
  readonly field: string;
  /** The field of the resource that it is, or is part of. */
  readonly within: Field;
  readonly from: Json;
  readonly to: Json;
}

/** Where what is wanted and what is present differ. What the file does not name is left as it is. */
export function differences(wanted: JsonRecord, present: JsonRecord, fields: Fields): Difference[] {
  return Object.entries(fields).flatMap(([name, field]) => {
    const value = wanted[field.api];
    if (value === undefined) return [];
    return different(value, present[field.api], field.value, name).map((found) => ({ ...found, within: field }));
  });
}

type Found = Omit<Difference, "within">;

function different(to: Json, from: Json, type: FieldType, field: string): Found[] {
  if (type.type === "record" && isRecord(to) && isRecord(from)) {
    return differences(to, from, type.fields).map((inner) => ({ ...inner, field: `${field}.${inner.field}` }));
  }
  return matches(to, from, type) ? [] : [{ field, from, to }];
}

/** Whether what is present is all that is wanted; it may say more, such as the address that was chosen. */
export function matches(wanted: Json, present: Json, type: FieldType): boolean {
  if (type.type === "labels") return labelsText(wanted) === labelsText(present);
  if (isNothing(wanted) || isNothing(present)) return isNothing(wanted) === isNothing(present);
  if (type.type === "record" && isRecord(wanted) && isRecord(present)) {
    return Object.values(type.fields).every(
      ({ api, value }) => wanted[api] === undefined || matches(wanted[api], present[api], value),
    );
  }
  if (type.type === "ports" && isRecord(wanted) && isRecord(present)) {
    return wanted["first"] === present["first"] && wanted["last"] === present["last"];
  }
  if (type.type === "list" && isList(wanted) && isList(present)) return listMatches(wanted, present, type);
  return wanted === present;
}

/** All labels there are to be; none, where there is no mapping. */
const labelsText = (labels: Json): string =>
  JSON.stringify(Object.entries(isRecord(labels) ? labels : {}).sort(([a], [b]) => (a < b ? -1 : 1)));

function listMatches(
  wanted: readonly Json[],
  present: readonly Json[],
  { of, unordered }: Extract<FieldType, { type: "list" }>,
): boolean {
  if (wanted.length !== present.length) return false;
  if (!unordered) return wanted.every((item, i) => matches(item, present[i], of));
  const left = [...present];
  return mostSaid(wanted).every((item) => {
    const at = left.findIndex((candidate) => matches(item, candidate, of));
    if (at !== -1) left.splice(at, 1);
    return at !== -1;
  });
}

/** Who says most finds its match first: a subnet with an address, before the same subnet with any address. */
const mostSaid = (items: readonly Json[]): Json[] =>
  items.toSorted((a, b) => (isRecord(b) ? Object.keys(b).length : 0) - (isRecord(a) ? Object.keys(a).length : 0));

/** proto3 JSON leaves out what has its default value. */
const isNothing = (value: Json): boolean =>
  value === undefined || value === null || value === "" || value === 0 || value === false || isEmptyList(value);
const isEmptyList = (value: Json): boolean => isList(value) && value.length === 0;

/** A value in a line, for people. */
export function inWords(value: Json): string {
  if (value === undefined || value === null || value === "" || isEmptyList(value)) return "none";
  return isList(value) ? value.map((item) => inOneLine(item)).join(", ") : inOneLine(value);
}
