import { detailRows } from "../output/details.ts";
import { formatTable } from "../output/table.ts";
import type { Session } from "../session/session.ts";
import type { Found, Resource } from "./resource.ts";

/** Prints the answer of one service: its protobuf JSON. */
export async function printJson({ terminal }: Session, answer: unknown): Promise<void> {
  await terminal.print(JSON.stringify(answer, undefined, 2));
}

/** Prints one thing, as a service answered it.
 *  @param beside what else the answer holds. */
export async function printItem<T>(
  session: Session,
  resource: Resource<T>,
  { item, position }: Found<T>,
  beside: object = {},
): Promise<void> {
  const json = item && resource.toJson(item);
  if (session.settings.output === "json") {
    await printJson(session, { [resource.field]: json, ...beside, position });
    return;
  }
  const columns = [
    { heading: "FIELD", text: ([field]: [string, string]) => field },
    { heading: "VALUE", text: ([, value]: [string, string]) => value },
  ];
  await printTable(session, detailRows(json), columns);
}

export async function printTable<T>(
  { terminal }: Session,
  items: readonly T[],
  columns: Parameters<typeof formatTable<T>>[1],
): Promise<void> {
  for (const line of formatTable(items, columns, terminal.colours)) await terminal.print(line);
}
