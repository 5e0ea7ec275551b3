import { PersistentMap } from "@rhumbline/event-sourcing";
import type { KernelChange } from "@rhumbline/proto/rhumbline/scheduler/v1/realised_events";
import { changedKeys } from "../observed/changed-keys.ts";
import { identityOf } from "../observed/kernel-objects.ts";

/** By identity. */
type Objects = PersistentMap<string, KernelChange>;

/** The kernel objects that were reported. A value: what changes makes another, which shares with it whatever did not. */
export class ReportedObjects {
  readonly #byNamespace: PersistentMap<string, Objects>;

  private constructor(byNamespace: PersistentMap<string, Objects>) {
    this.#byNamespace = byNamespace;
  }

  static readonly none = new ReportedObjects(PersistentMap.empty());

  get all(): KernelChange[] {
    return [...this.#byNamespace.values()].flatMap((objects) => [...objects.values()]);
  }

  /** What was reported of the object, under this identity of it. */
  valueOf({ netns }: KernelChange, identity: string): string | undefined {
    return this.#byNamespace.get(netns)?.get(identity)?.value;
  }

  /** After changes to them, in their order. */
  with(changes: Iterable<KernelChange>): ReportedObjects {
    const changed = new Map<string, [identity: string, object: KernelChange | undefined][]>();
    for (const change of changes) {
      const others = changed.get(change.netns) ?? [];
      others.push([identityOf(change), change.value === "" ? undefined : change]);
      changed.set(change.netns, others);
    }
    const namespaces = [...changed].map(([netns, inside]): [string, Objects | undefined] => {
      const objects = (this.#byNamespace.get(netns) ?? noObjects).withAll(inside);
      return [netns, objects.size === 0 ? undefined : objects];
    });
    return new ReportedObjects(this.#byNamespace.withAll(namespaces));
  }

  /** Objects that were reported otherwise before, or are no more, as they were then. New ones have an empty value. */
  otherwiseThan(before: ReportedObjects): (readonly [identity: string, before: KernelChange])[] {
    return changedKeys(before.#byNamespace, this.#byNamespace).flatMap((netns) => {
      const were = before.#byNamespace.get(netns) ?? noObjects;
      const are = this.#byNamespace.get(netns) ?? noObjects;
      return changedKeys(were, are).flatMap((identity) => {
        const [was, is] = [were.get(identity), are.get(identity)];
        const stood = was ?? (is && { ...is, value: "" });
        // Told again it is another object, and says the same.
        return was?.value === is?.value || stood === undefined ? [] : [[identity, stood] as const];
      });
    });
  }
}

const noObjects: Objects = PersistentMap.empty();
