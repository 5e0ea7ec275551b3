import type { Column } from "../output/table.ts";
import type { Resource } from "./resource.ts";

/** What most resources have and few people look for: shown with `-o wide`. */
export const wideColumns = <T>(resource: Resource<T>): Column<T>[] =>
  (
    [
      ["PROJECT", "projectId"],
      ["TAGS", "tags"],
      ["CREATED", "createTime"],
      ["UPDATED", "updateTime"],
      ["DESCRIPTION", "description"],
    ] as const
  ).map(([heading, field]) => ({ heading, text: (item) => textOf(resource, item, field), wide: true }));

/** What rhumb can call it by: its name, or its id where it has none or another one of these has the same. */
export function nameOf<T>(resource: Resource<T>, item: T, among: readonly T[] = [item]): string {
  const called = (thing: T): string => textOf(resource, thing, inCamelCase(resource.nameField));
  const name = called(item);
  const unique = name !== "" && among.filter((other) => called(other) === name).length === 1;
  return unique ? name : resource.idOf(item);
}

function textOf<T>(resource: Resource<T>, item: T, field: string): string {
  const value = (resource.toJson(item) as Readonly<Record<string, unknown>>)[field];
  return value === undefined ? "" : Array.isArray(value) ? value.join(", ") : String(value);
}

const inCamelCase = (name: string): string => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
