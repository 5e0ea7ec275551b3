/** One thing as lines of "field  value", from its JSON: what is within what is named by its path, and each of several
 *  has a line of its own. */
export function detailRows(json: unknown, path = ""): [field: string, value: string][] {
  if (!isRecord(json)) return [[path, String(json)]];
  return Object.entries(json).flatMap(([name, value]): [string, string][] => {
    const field = path === "" ? inSnakeCase(name) : `${path}.${inSnakeCase(name)}`;
    if (Array.isArray(value)) return value.map((item) => [field, inOneLine(item)]);
    return isRecord(value) ? detailRows(value, field) : [[field, String(value)]];
  });
}

export function inOneLine(value: unknown): string {
  if (!isRecord(value)) return String(value);
  return detailRows(value)
    .map(([field, text]) => `${field}=${text}`)
    .join(" ");
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** As in the API's filters and masks. Keys that are no field names (a physical network's, say) stay as they are. */
const inSnakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
