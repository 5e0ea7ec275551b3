import type { Reference } from "./wanted.ts";

/** What a field of a topology file accepts. */
export type FieldType =
  | { readonly type: "text" | "flag" | "number" | "ip" | "cidr" | "mac" | "dns-name" | "ports" }
  | { readonly type: "labels" }
  | { readonly type: "one-of"; readonly numbers: readonly number[] }
  | { readonly type: "choice"; readonly prefix: string; readonly choices: readonly string[] }
  | { readonly type: "reference"; readonly to: Reference["refersTo"] }
  | { readonly type: "list"; readonly of: FieldType; readonly unordered?: boolean }
  | { readonly type: "record"; readonly fields: Fields };

export interface Field {
  /** Its name in the API's JSON. */
  readonly api: string;
  readonly value: FieldType;
  readonly required?: boolean;
  /** The fields of which each can be given in the place of a required one. */
  readonly unless?: readonly string[];
  /** Can be said only when the resource is made. */
  readonly immutable?: boolean;
}

/** By their names in the file, which are the API's. */
export type Fields = Readonly<Record<string, Field>>;

export const text = { type: "text" } as const;
export const flag = { type: "flag" } as const;
export const number = { type: "number" } as const;
export const ip = { type: "ip" } as const;
export const cidr = { type: "cidr" } as const;
export const ports = { type: "ports" } as const;
export const labels = { type: "labels" } as const;
export const mac = { type: "mac" } as const;
export const dnsName = { type: "dns-name" } as const;
export const ipVersion = { type: "one-of", numbers: [4, 6] } as const;
export const reference = (to: Reference["refersTo"]): FieldType => ({ type: "reference", to });
export const listOf = (of: FieldType): FieldType => ({ type: "list", of });
export const setOf = (of: FieldType): FieldType => ({ type: "list", of, unordered: true });
export const record = (fields: Fields): FieldType => ({ type: "record", fields });
