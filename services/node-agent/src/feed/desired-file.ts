import { join } from "node:path";
import { PersistentMap } from "@rhumbline/event-sourcing";
import type { ResourceKey, Version } from "@rhumbline/messaging";
import { Causation, DesiredResource } from "@rhumbline/proto/rhumbline/agent/v1/desired";
import { changedKeys } from "../observed/changed-keys.ts";
import { Journal } from "../store/journal.ts";
import type { DesiredState } from "./desired-state.ts";

/** One manifest, and which keys are otherwise than under the one before it. The first of a file says all. */
interface Kept {
  readonly version: Version;
  readonly causation?: unknown;
  readonly changed: readonly (readonly [ResourceKey, unknown])[];
  readonly removed: readonly ResourceKey[];
}

/** Keeps the desired state that the agent acts on, at the cost of what changed in it. */
export class DesiredFile {
  readonly #journal: Journal<Kept, Kept>;
  #kept: DesiredState | undefined;

  private constructor(journal: Journal<Kept, Kept>, kept: DesiredState | undefined) {
    this.#journal = journal;
    this.#kept = kept;
  }

  static in(folder: string): DesiredFile {
    const { journal, base, changes } = Journal.open<Kept, Kept>(join(folder, "desired"));
    return new DesiredFile(journal, base && stateOf([base, ...changes]));
  }

  /** Undefined before the first manifest, or where the file is damaged: then the bus has to say it again. */
  get kept(): DesiredState | undefined {
    return this.#kept;
  }

  /** To be on disk before the first change that the state leads to.
   *  @returns settles when it is; undefined: it is already.
   *  @throws what the disk says; then, or when it says so later, it holds what it held before or this. */
  keep(state: DesiredState): Promise<void> | undefined {
    if (this.#kept === undefined || this.#journal.wantsBase) {
      this.#journal.rebase(entryOf(state, new Map()));
      this.#kept = state;
      return undefined;
    }
    const synced = this.#journal.append(entryOf(state, this.#kept.resources));
    this.#kept = state;
    return synced.catch((error: unknown) => {
      // Nobody knows what the disk has: the next is written as a whole.
      this.#kept = undefined;
      throw error;
    });
  }
}

function entryOf({ version, causation, resources }: DesiredState, before: DesiredState["resources"]): Kept {
  const keys = changedKeys(before, resources) as readonly ResourceKey[];
  return {
    version,
    ...(causation && { causation: Causation.toJSON(causation) }),
    changed: keys.flatMap((key) => {
      const value = resources.get(key);
      return value === undefined ? [] : [[key, DesiredResource.toJSON(value)] as const];
    }),
    removed: keys.filter((key) => !resources.has(key)),
  };
}

function stateOf(entries: readonly Kept[]): DesiredState | undefined {
  const last = entries.at(-1);
  if (last === undefined) return undefined;
  const resources = new Map<ResourceKey, unknown>();
  for (const { changed, removed } of entries) {
    for (const key of removed) resources.delete(key);
    for (const [key, value] of changed) resources.set(key, value);
  }
  const { version, causation } = last;
  return {
    version,
    causation: causation === undefined ? undefined : Causation.fromJSON(causation),
    resources: PersistentMap.from(
      [...resources].map(([key, value]) => [key, DesiredResource.fromJSON(value)] as const),
    ),
  };
}
