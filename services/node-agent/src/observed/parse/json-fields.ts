/** Reads JSON that a program printed; whatever isn't as expected is an error that names the field. */
export function printedRecords(json: string, program: string): Record<string, unknown>[] {
  // iproute2 prints nothing at all for some empty lists.
  return json.trim() === "" ? [] : records(JSON.parse(json), program);
}

function records(value: unknown, name: string): Record<string, unknown>[] {
  if (!Array.isArray(value)) throw new Error(`${name} is no list: ${JSON.stringify(value)}`);
  return value.map((each) => record(each, name));
}

export function record(value: unknown, name: string): Record<string, unknown> {
  if (!isRecord(value)) throw new Error(`${name} is no object: ${JSON.stringify(value)}`);
  return value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function field<T>(entry: Record<string, unknown>, name: string, is: (value: unknown) => value is T): T {
  const value = entry[name];
  if (!is(value)) throw new Error(`field ${name} is missing or of another type in ${JSON.stringify(entry)}`);
  return value;
}

export function text(entry: Record<string, unknown>, name: string): string {
  return field(entry, name, (value) => typeof value === "string");
}

export function number(entry: Record<string, unknown>, name: string): number {
  return field(entry, name, (value) => typeof value === "number");
}

export function boolean(entry: Record<string, unknown>, name: string): boolean {
  return field(entry, name, (value) => typeof value === "boolean");
}

export function optionalRecord(entry: Record<string, unknown>, name: string): Record<string, unknown> | undefined {
  return entry[name] === undefined ? undefined : record(entry[name], name);
}

export function optionalText(entry: Record<string, unknown>, name: string): string | undefined {
  return entry[name] === undefined ? undefined : text(entry, name);
}

export function optionalNumber(entry: Record<string, unknown>, name: string): number | undefined {
  return entry[name] === undefined ? undefined : number(entry, name);
}

export function optionalRecords(entry: Record<string, unknown>, name: string): Record<string, unknown>[] {
  return entry[name] === undefined ? [] : records(entry[name], name);
}

export function texts(entry: Record<string, unknown>, name: string): string[] {
  return field(entry, name, (value) => Array.isArray(value) && value.every((each) => typeof each === "string"));
}
