import type { FieldType } from "../topology-file/field-types.ts";
import { matches } from "./differences.ts";
import { isList, isRecord, type Json } from "./json.ts";

/** What to send for a field that differs: the API sets a field as a whole, and what the file does not name of it stays.
 *  But of a gateway on another network, say, nothing stays. */
export function merged(wanted: Json, present: Json, type: FieldType): Json {
  if (type.type === "record" && isRecord(wanted) && isRecord(present)) {
    const moved = Object.values(type.fields).some(
      ({ api, value }) => value.type === "reference" && wanted[api] !== undefined && wanted[api] !== present[api],
    );
    return moved ? wanted : { ...present, ...wanted };
  }
  if (type.type === "list" && isList(wanted) && isList(present)) {
    const left = [...present];
    return wanted.map((item) => {
      const at = left.findIndex((candidate) => matches(item, candidate, type.of));
      return at === -1 ? item : left.splice(at, 1)[0];
    });
  }
  return wanted;
}
