import { NotFound } from "@rhumbline/event-sourcing";
import { type FieldChecks, fieldChecks, fieldsToUpdate } from "@rhumbline/grpc";
import type { FieldTable } from "../resource/fields.ts";

const maxTags = 50;
const maxTagLength = 60;

/** What people call a thing, which every resource has. */
interface Described {
  readonly id: string;
  readonly projectId: string;
  readonly name?: string;
  readonly description: string;
  readonly tags: readonly string[];
}

/** @param what the resource's field in the request: "network". */
export function checkDescribed(checks: FieldChecks, what: string, resource: Described): void {
  checks.text(`${what}.project_id`, resource.projectId);
  checks.text(`${what}.name`, resource.name ?? "");
  checks.text(`${what}.description`, resource.description);
  checks.require(`${what}.tags`, resource.tags.length <= maxTags, `at most ${maxTags} are accepted`);
  for (const [i, tag] of resource.tags.entries()) checks.text(`${what}.tags[${i}]`, tag, maxTagLength);
}

export function checkNew(checks: FieldChecks, what: string, resource: Described): void {
  checks.require(`${what}.id`, resource.id === "", "is made by the service: leave it empty");
  checkDescribed(checks, what, resource);
}

/** @throws {InvalidFields} */
export function requireGiven<T>(what: string, resource: T | undefined): T {
  const checks = fieldChecks();
  checks.require(what, resource !== undefined, "is required");
  checks.done();
  return resource as T;
}

/** @throws {InvalidFields} */
export function requireUuid(field: string, id: string): string {
  const checks = fieldChecks();
  checks.uuid(field, id);
  checks.done();
  return id;
}

/** @throws {NotFound} */
export function requireActive<A extends { readonly status: string }>(
  what: string,
  id: string,
  aggregate: A,
): Extract<A, { status: "active" }> {
  if (aggregate.status !== "active") throw new NotFound(what, id);
  return aggregate as Extract<A, { status: "active" }>;
}

/** Whether a message says anything of the field. */
const isGiven = (value: unknown): boolean =>
  typeof value === "object" && value !== null ? Object.keys(value).length > 0 : Boolean(value);

/** The fields that an update changes: of those that a table names, and of those that have events of their own.
 *  @param own field → whether the message says anything of it.
 *  @throws {InvalidFields} */
export function updatedFields<R, T extends FieldTable<R>, O extends string = never>(
  { updateMask }: { updateMask: readonly string[] | undefined },
  resource: R,
  table: T,
  own: Readonly<Record<O, boolean>> = {} as Readonly<Record<O, boolean>>,
): { fields: (keyof T & string)[]; own: O[] } {
  const inTable = Object.keys(table) as (keyof T & string)[];
  const apart = Object.keys(own) as O[];
  const isSet = (field: (keyof T & string) | O): boolean => {
    const ofOwn: boolean | undefined = own[field as O];
    if (ofOwn !== undefined) return ofOwn;
    const value = resource[table[field] as keyof R];
    return field === "admin_state_up" ? value !== undefined : isGiven(value);
  };
  const paths = fieldsToUpdate(updateMask, [...inTable, ...apart], isSet) as readonly string[];
  return {
    fields: inTable.filter((field) => paths.includes(field)),
    own: apart.filter((field) => paths.includes(field)),
  };
}

/** Refuses an update without a mask, or of everything, that gives an immutable field another value than it has. One that
 *  sends a resource back as it was read is fine.
 *  @param immutable field → what the update gives and what the resource has. */
export function checkImmutable(
  checks: FieldChecks,
  { updateMask }: { updateMask: readonly string[] | undefined },
  immutable: Readonly<Record<string, readonly [given: string | number, present: string | number]>>,
): void {
  const whole = updateMask === undefined || updateMask.length === 0 || updateMask[0] === "*";
  if (!whole) return;
  for (const [field, [given, present]] of Object.entries(immutable)) {
    checks.require(field, !given || given === present, `can't be changed: it is ${JSON.stringify(present)}`);
  }
}

/** What callers read of a resource beside its fields. */
export const stamps = ({ createTimeMs, updateTimeMs, etag }: StampedMs) => ({
  createTime: new Date(createTimeMs),
  updateTime: new Date(updateTimeMs),
  etag,
});

interface StampedMs {
  readonly createTimeMs: number;
  readonly updateTimeMs: number;
  readonly etag: string;
}

/** Left empty in events: whoever reads knows them from the event itself and from the nodes. */
export const noStamps = { createTime: undefined, updateTime: undefined, etag: "" } as const;
