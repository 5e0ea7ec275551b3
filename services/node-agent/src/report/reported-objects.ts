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
      if (this.#parts.has(name)) met += 1;
      const found = this.#differenceIn(name, objects);
      if (found === undefined) continue;
      came.push(...found.came);
      went.push(...found.went);
    }
    if (met < this.#parts.size)
      for (const [name, part] of this.#parts) if (!standing.has(name)) went.push(...goneFrom(part, []));
    if (came.length + went.length === 0) saidBy.set(standing, this);
    return [...came, ...went];
  }

  /** Finds out which parts are equal, so that `differenceTo` need not go through them. */
  compare(standing: KernelParts): void {
    for (const [name, objects] of standing) this.#differenceIn(name, objects);
  }

  /** Undefined: none. */
  #differenceIn(name: string, objects: readonly KernelChange[]): Difference | undefined {
    const reported: Part = this.#parts.get(name) ?? PersistentMap.empty();
    if (equalTo.get(objects) === reported) return undefined;
    const came = objects.filter((object) => reported.get(identityOf(object))?.value !== object.value);
    const fresh = came.filter((object) => !reported.has(identityOf(object))).length;
    const went = reported.size + fresh === objects.length ? [] : goneFrom(reported, objects);
    if (came.length + went.length > 0) return { came, went };
    equalTo.set(objects, reported);
    return undefined;
  }
}

interface Difference {
  readonly came: readonly KernelChange[];
  readonly went: readonly KernelChange[];
}

/** What stands -> the reported objects that say the same. */
const saidBy = new WeakMap<KernelParts, ReportedObjects>();

/** Objects that stand -> the part of the reported ones that says the same. */
const equalTo = new WeakMap<readonly KernelChange[], Part>();

function goneFrom(part: Part, standing: readonly KernelChange[]): KernelChange[] {
  const identities = new Set(standing.map(identityOf));
  return [...part].flatMap(([identity, object]) => (identities.has(identity) ? [] : [{ ...object, value: "" }]));
}
