/** What a topology file can hold, as it is written there; and what it can only refer to. */
export const kinds = [
  "subnetpool",
  "network",
  "subnet",
  "address-group",
  "security-group",
  "port",
  "router",
  "floatingip",
  "port-forwarding",
] as const;
export type Kind = (typeof kinds)[number];

/** Something called by its name or its id, which is looked up when all of the file is known. */
export interface Reference {
  readonly refersTo: Kind | "node";
  readonly name: string;
  readonly line: number;
}

/** A value of the file in the shape of the API's JSON, but for references. Null: there is to be none. */
export type WantedValue = string | number | boolean | null | Reference | readonly WantedValue[] | WantedRecord;
export interface WantedRecord {
  readonly [field: string]: WantedValue;
}

/** One resource as a topology file wants it. */
export interface Wanted {
  readonly kind: Kind;
  /** What it is called in messages: its name; for a floating IP its address, or the port that it is for; for a port forwarding its external ports. */
  readonly label: string;
  readonly project: string;
  readonly line: number;
  /** By their names in the API's JSON. What the file does not name is left as it is. */
  readonly fields: WantedRecord;
}

export function isReference(value: WantedValue): value is Reference {
  return typeof value === "object" && value !== null && "refersTo" in value;
}

export const describeWanted = ({ kind, label }: Pick<Wanted, "kind" | "label">): string => `${kind}/${label}`;
