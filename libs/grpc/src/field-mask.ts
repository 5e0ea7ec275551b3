import { InvalidFields } from "@rhumbline/event-sourcing";

/** Which fields an update changes. https://google.aip.dev/134
 *  @param mask paths in snake_case; absent: the fields that the message sets; ["*"]: all that can be set.
 *  @param settable of the resource, in snake_case.
 *  @param isSet whether the message sets the field to something but its default.
 *  @throws {InvalidFields} a path that is unknown or can't be changed. */
export function fieldsToUpdate<F extends string>(
  mask: readonly string[] | undefined,
  settable: readonly F[],
  isSet: (field: F) => boolean,
): F[] {
  if (mask === undefined || mask.length === 0) return settable.filter(isSet);
  if (mask.length === 1 && mask[0] === "*") return [...settable];
  const unknown = mask.filter((path) => !(settable as readonly string[]).includes(path));
  if (unknown.length > 0) {
    const accepted = settable.join(", ");
    throw new InvalidFields(
      unknown.map((path) => ({
        field: "update_mask",
        description: `"${path}" can't be updated; accepted are: ${accepted}`,
      })),
    );
  }
  return settable.filter((field) => mask.includes(field));
}
