import { formatData } from "../output/data.ts";
import { detailRows } from "../output/details.ts";
import { printable } from "../output/printable.ts";
import { type Column, formatTable } from "../output/table.ts";
import type { Session } from "../session/session.ts";
import type { Found, Resource } from "./resource.ts";
import { nameOf, wideColumns } from "./wide-columns.ts";

/** Whether the result is for a program: JSON or YAML. */
export const wantsData = ({ settings }: Session): boolean => settings.output === "json" || settings.output === "yaml";

/** Prints the answer of one service: its protobuf JSON, or that as YAML. */
export async function printData({ terminal, settings }: Session, answer: unknown): Promise<void> {
  await terminal.print(formatData(settings.output, answer) ?? "");
}

/** Prints one thing, as a service answered it.
 *  @param beside what else the answer holds. */
export async function printItem<T>(
  session: Session,
  resource: Resource<T>,
  found: Found<T>,
  beside: object = {},
): Promise<void> {
  for (const line of itemLines(session, resource, found, beside)) await session.terminal.print(line);
}

/** What `printItem` prints. */
export function itemLines<T>(
  session: Session,
  resource: Resource<T>,
  { item, position }: Found<T>,
  beside: object = {},
): string[] {
  const json = item && resource.toJson(item);
  const data = formatData(session.settings.output, { [resource.field]: json, ...beside, position });
  if (data !== undefined) return [data];
  if (session.settings.output === "name") return item === undefined ? [] : [printable(nameOf(resource, item))];
  return tableLines(session, detailRows(json), [
    { heading: "FIELD", text: ([field]: [string, string]) => field },
    { heading: "VALUE", text: ([, value]: [string, string]) => value },
  ]);
}

/** All of a list, in the format asked for. */
export function listLines<T>(
  session: Session,
  resource: Resource<T>,
  { items, position }: { readonly items: readonly T[]; readonly position: number },
): string[] {
  const data = formatData(session.settings.output, { [resource.pluralField]: items.map(resource.toJson), position });
  if (data !== undefined) return [data];
  if (session.settings.output === "name") return items.map((item) => printable(nameOf(resource, item, items)));
  return tableLines(session, items, [...resource.columns, ...wideColumns(resource)]);
}

export async function printTable<T>(
  session: Session,
  items: readonly T[],
  columns: readonly Column<T>[],
): Promise<void> {
  for (const line of tableLines(session, items, columns)) await session.terminal.print(line);
}

/** By name alone, a table is its first column. */
function tableLines<T>({ terminal, settings }: Session, items: readonly T[], columns: readonly Column<T>[]): string[] {
  if (settings.output === "name") return items.map((item) => printable(columns[0]?.text(item) ?? ""));
  const hasText = (column: Column<T>): boolean => items.some((item) => column.text(item) !== "");
  const shown = columns.filter((column) => !column.wide || (settings.output === "wide" && hasText(column)));
  return formatTable(items, shown, terminal.colours);
}
