import { deserialize, serialize } from "node:v8";
import { SortedIds } from "../sorted-ids.ts";
import { pack, unpack } from "./packed.ts";

/** Values as bytes, all of one kind. A column, since an array for each entry of a map would be as much to read again as most
 *  values are. */
export interface ValueColumn {
  /** Structured clone knows no map of ours: an aggregate travels with its own packed, an index as its ids. */
  readonly form: "as it is" | "packed" | "ids";
  readonly bytes: Buffer;
}

export function columnOf(values: readonly unknown[]): ValueColumn {
  const packed = values.map(pack);
  const form = packed.every((each, i) => each === values[i]) ? "as it is" : "packed";
  return { form, bytes: serialize(packed) };
}

/** Of indexes. */
export const columnOfIds = (ids: readonly (readonly string[])[]): ValueColumn => ({
  form: "ids",
  bytes: serialize(ids),
});

/** New objects at each call. */
export function valuesIn({ form, bytes }: ValueColumn): readonly unknown[] {
  const values = deserialize(bytes) as unknown[];
  if (form === "ids") return (values as string[][]).map((ids) => SortedIds.from(ids));
  return form === "packed" ? values.map(unpack) : values;
}

/** The one index of a column, read when somebody asks it. */
export const indexIn = ({ bytes }: ValueColumn): SortedIds =>
  SortedIds.later(() => (deserialize(bytes) as string[][]).flat());
