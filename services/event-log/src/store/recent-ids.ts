/** Where an event with some id stands. */
export interface EventPlace {
  readonly stream: string;
  readonly revision: number;
}

const capacity = 65_536;

/**
 * The ids of the latest events. An append that expects any revision is known for a repeat by these alone, so only for as
 * long as they last; KurrentDB's window is of this kind too (IndexWriter.cs). One that names a revision is compared with
 * the stream itself and needs no window.
 */
export class RecentIds {
  readonly #placeById = new Map<string, EventPlace>();

  get(id: string): EventPlace | undefined {
    return this.#placeById.get(id);
  }

  add(id: string, place: EventPlace): void {
    this.#placeById.delete(id);
    this.#placeById.set(id, place);
    if (this.#placeById.size <= capacity) return;
    for (const oldest of this.#placeById.keys()) {
      this.#placeById.delete(oldest);
      return;
    }
  }

  remove(id: string): void {
    this.#placeById.delete(id);
  }
}
