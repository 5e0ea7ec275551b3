import { PersistentMap } from "@rhumbline/event-sourcing";
import type { KernelChange } from "@rhumbline/proto/rhumbline/scheduler/v1/realised_events";
import { identityOf, type KernelParts, partOf } from "../observed/kernel-objects.ts";

type Part = PersistentMap<string, KernelChange>;
type Parts = ReadonlyMap<string, Part>;

/** The kernel objects that were reported, by identity in each part. A value: what changes makes another, which shares
 *  with it whatever did not. */
export class ReportedObjects {
  readonly #parts: Parts;

  private constructor(parts: Parts) {
    this.#parts = parts;
  }

  static readonly none = new ReportedObjects(new Map());

  get all(): KernelChange[] {
    return [...this.#parts.values()].flatMap((part) => [...part.values()]);
  }

  /** After changes to them, in their order. */
  with(changes: Iterable<KernelChange>): ReportedObjects {
    const byPart = new Map<string, [identity: string, object: KernelChange | undefined][]>();
    for (const change of changes) {
      const name = partOf(change);
      const ofPart = byPart.get(name) ?? [];
      ofPart.push([identityOf(change), change.value === "" ? undefined : change]);
      byPart.set(name, ofPart);
    }
    // Looked up far more often than copied.
    const parts = new Map(this.#parts);
    for (const [name, ofPart] of byPart) {
      const before: Part = parts.get(name) ?? PersistentMap.empty();
      const part = before.withAll(ofPart);
      if (part.size === 0) parts.delete(name);
      else parts.set(name, part);
    }
    return new ReportedObjects(parts);
  }

  /** The changes that lead from here to what stands, those of objects that are gone last; they have an empty value. A part
   *  that was found equal, and has not changed since, is not gone through again. */
  differenceTo(standing: KernelParts): KernelChange[] {
    if (saidBy.get(standing) === this) return [];
    const came: KernelChange[] = [];
    const went: KernelChange[] = [];
    let met = 0;
    for (const [name, objects] of standing) {
      const known = this.#parts.get(name);
      if (known !== undefined) met += 1;
      const reported: Part = known ?? PersistentMap.empty();
      if (equalTo.get(objects) === reported) continue;
      const differing = objects.filter((object) => reported.get(identityOf(object))?.value !== object.value);
      const fresh = differing.filter((object) => !reported.has(identityOf(object))).length;
      const left = reported.size + fresh === objects.length ? [] : goneFrom(reported, objects);
      if (differing.length + left.length === 0) equalTo.set(objects, reported);
      came.push(...differing);
      went.push(...left);
    }
    if (met < this.#parts.size)
      for (const [name, part] of this.#parts) if (!standing.has(name)) went.push(...goneFrom(part, []));
    if (came.length + went.length === 0) saidBy.set(standing, this);
    return [...came, ...went];
  }
}

/** What stands -> the reported objects that say the same. */
const saidBy = new WeakMap<KernelParts, ReportedObjects>();

/** Objects that stand -> the part of the reported ones that says the same. */
const equalTo = new WeakMap<readonly KernelChange[], Part>();

function goneFrom(part: Part, standing: readonly KernelChange[]): KernelChange[] {
  const identities = new Set(standing.map(identityOf));
  return [...part].flatMap(([identity, object]) => (identities.has(identity) ? [] : [{ ...object, value: "" }]));
}
