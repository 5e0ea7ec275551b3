import { canonicalText } from "@rhumbline/event-sourcing";

/** Settable fields of a resource: their names in requests and masks → in messages. */
export type FieldTable<R> = Readonly<Record<string, keyof R>>;

/** Those of the fields in which the two differ: an update that changes nothing makes no event. */
export function changedFields<R, T extends FieldTable<R>>(
  present: R,
  wanted: R,
  fields: readonly (keyof T & string)[],
  table: T,
): (keyof T & string)[] {
  return fields.filter((field) => {
    const key = table[field] as keyof R;
    return canonicalText(present[key]) !== canonicalText(wanted[key]);
  });
}

/** The resource with the changed fields' new values. */
export function withFields<R extends object>(
  present: R,
  values: R,
  changed: readonly string[] | undefined,
  table: FieldTable<R>,
): R {
  const keys = (changed ?? []).flatMap((field) => table[field] ?? []);
  return { ...present, ...Object.fromEntries(keys.map((key) => [key, values[key]])) };
}
