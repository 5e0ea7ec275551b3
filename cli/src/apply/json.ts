/** A resource as the API's JSON has it. */
export type Json = string | number | boolean | null | undefined | readonly Json[] | JsonRecord;
export interface JsonRecord {
  readonly [field: string]: Json;
}

export const isRecord = (value: Json): value is JsonRecord =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
