import { type HeardAuthor, type Part, type Places, PlacesSoFar } from "../../places.ts";

/** Where something was heard to have changed, and by whom as far as that is told. */
export class HeardSoFar {
  readonly #byOthers = new PlacesSoFar();
  readonly #byProgram = new Map<number, PlacesSoFar>();

  /** @param program id of the process that changed it; undefined or 0: not told. */
  add(place: string, parts: Iterable<Part>, program?: number): void {
    this.#heardBy(program || undefined).add(place, parts);
  }

  get byAuthor(): readonly (readonly [places: Places, by: HeardAuthor])[] {
    const byPrograms = [...this.#byProgram].map(([program, { places }]) => [places, { program }] as const);
    return this.#byOthers.places.size === 0 ? byPrograms : [[this.#byOthers.places, "others"], ...byPrograms];
  }

  /** Whoever changed them. */
  get places(): Places {
    const all = new PlacesSoFar(this.#byOthers.places);
    for (const { places } of this.#byProgram.values()) all.addAll(places);
    return all.places;
  }

  #heardBy(program: number | undefined): PlacesSoFar {
    if (program === undefined) return this.#byOthers;
    const before = this.#byProgram.get(program);
    if (before !== undefined) return before;
    const first = new PlacesSoFar();
    this.#byProgram.set(program, first);
    return first;
  }
}
