/** Below every character that a name may have, so that names come in their order, and those of one name by id. */
const separator = "\0";

/** A thing's place in an index by name. */
export const nameKey = (name: string, id: string): string => name + separator + id;

export const idOfNameKey = (key: string): string => key.slice(key.lastIndexOf(separator) + 1);
