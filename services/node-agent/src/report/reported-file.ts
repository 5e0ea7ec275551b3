import { join } from "node:path";
import { PersistentMap } from "@rhumbline/event-sourcing";
import type { Version } from "@rhumbline/messaging";
import { KernelChange } from "@rhumbline/proto/rhumbline/scheduler/v1/realised_events";
import { Journal } from "../store/journal.ts";
import { ReportedObjects } from "./reported-objects.ts";

export interface ReportedOutcome {
  readonly position: number;
  readonly error: string;
}

/** What the log will know of this node once the spool is delivered: the next report says what differs from it. */
export interface Reported {
  /** Another boot id makes the log forget what this node realised before. */
  readonly bootId: string;
  /** Of the last manifest applied. */
  readonly applied: Version | undefined;
  /** Every kernel object of ours. */
  readonly objects: ReportedObjects;
  /** Of each desired key. */
  readonly outcomes: PersistentMap<string, ReportedOutcome>;
}

/** What of it is otherwise than it was. */
interface ReportedChanges {
  readonly objects: readonly KernelChange[];
  readonly outcomes: readonly (readonly [string, ReportedOutcome])[];
  /** Keys of which nothing is reported any more. */
  readonly forgotten: readonly string[];
}

/** What is otherwise than before; the first of a file says all. */
interface Kept {
  readonly bootId: string;
  readonly applied?: Version;
  /** A change of objects as reports tell it: of each object the last counts. */
  readonly objects: readonly unknown[];
  readonly outcomes: readonly (readonly [string, ReportedOutcome])[];
  readonly forgotten: readonly string[];
}

/** Changes that have outgrown what they changed are folded into it when there is time: whoever is told of the change waits for none
 *  of that. */
const foldAfterMs = 2_000;

/** Keeps what was reported, at the cost of what changed in it. It has to outlast the agent and not the host: after a boot
 *  the kernel is empty, and the log hears of that. So no change waits for the disk. */
export class ReportedFile {
  readonly #journal: Journal<Kept, Kept>;
  #reported: Reported;
  #folding: NodeJS.Timeout | undefined;

  private constructor(journal: Journal<Kept, Kept>, reported: Reported) {
    this.#journal = journal;
    this.#reported = reported;
  }

  /** Nothing is known of what was reported under another boot id, or where the file is missing or damaged: everything is
   *  reported once more, which changes nothing in the fold of it. */
  static in(folder: string, bootId: string): ReportedFile {
    const { journal, base, changes } = Journal.open<Kept, Kept>(join(folder, "reported"));
    const entries = base === undefined ? [] : [base, ...changes];
    const ofThisBoot = entries.filter((entry) => entry.bootId === bootId);
    const { objects, outcomes } = foldOf(ofThisBoot);
    return new ReportedFile(journal, { bootId, applied: entries.at(-1)?.applied, objects, outcomes });
  }

  get reported(): Reported {
    return this.#reported;
  }

  /** @param changes since the last call; undefined: what is given replaces all. */
  keep(reported: Reported, changes: ReportedChanges | undefined): void {
    this.#reported = reported;
    if (!this.#journal.hasBase || changes === undefined) {
      this.#fold();
      return;
    }
    this.#journal.appendUnsynced(entryOf(reported, changes));
    if (this.#journal.wantsBase) this.#folding ??= setTimeout(() => this.#foldIfPossible(), foldAfterMs).unref();
  }

  /** Writes no more of its own accord. */
  close(): void {
    clearTimeout(this.#folding);
  }

  #foldIfPossible(): void {
    this.#folding = undefined;
    try {
      this.#fold();
    } catch {
      // Nothing is lost by it, and the next change is a reason to try again.
    }
  }

  #fold(): void {
    this.#journal.rebase(entryOf(this.#reported, allOf(this.#reported)));
  }
}

const allOf = ({ objects, outcomes }: Reported): ReportedChanges => ({
  objects: objects.all,
  outcomes: [...outcomes],
  forgotten: [],
});

function entryOf({ bootId, applied }: Reported, { objects, outcomes, forgotten }: ReportedChanges): Kept {
  return {
    bootId,
    ...(applied && { applied }),
    objects: objects.map((change) => KernelChange.toJSON(change)),
    outcomes,
    forgotten,
  };
}

function foldOf(entries: readonly Kept[]): Pick<Reported, "objects" | "outcomes"> {
  const outcomes = new Map<string, ReportedOutcome>();
  for (const entry of entries) {
    for (const key of entry.forgotten) outcomes.delete(key);
    for (const [key, outcome] of entry.outcomes) outcomes.set(key, outcome);
  }
  const once = eachOnce();
  const changes = entries.flatMap(({ objects }) =>
    objects.map((json) => {
      const { netns, kind, key, value } = KernelChange.fromJSON(json);
      return { netns: once(netns), kind, key: once(key), value: once(value) };
    }),
  );
  return { objects: ReportedObjects.none.with(changes), outcomes: PersistentMap.from(outcomes) };
}

/** Routers have most of their texts in common, and a parser makes each anew.
 *  @returns the first text that said the same. */
function eachOnce(): (text: string) => string {
  const first = new Map<string, string>();
  return (text) => {
    const known = first.get(text);
    if (known === undefined) first.set(text, text);
    return known ?? text;
  };
}
