/** What of a place is read by itself. Helpers are the host's alone. */
export type Part = "devices" | "rules" | "connections" | "helpers";

/** Places of a kernel, and which parts of each. A place is a network namespace by its name; an empty one is the host's own. */
export type Places = ReadonlyMap<string, ReadonlySet<Part>>;

/** Where the kernel may have changed: there, or anywhere. */
export type ChangedPlaces = Places | "anywhere";

export const allParts: ReadonlySet<Part> = new Set(["devices", "rules", "connections", "helpers"]);

/** Devices have numbers that nobody knows before a look, and helpers go by them. */
export const numberedParts: ReadonlySet<Part> = new Set(["devices", "helpers"]);

export const allButConnections: ReadonlySet<Part> = new Set(["devices", "rules", "helpers"]);

/** Who changed something: this agent, or somebody else; what nobody can tell apart is somebody else's. */
export type ChangeAuthor = "us" | "others";

/** The same as far as the room knows it: by the id of its process, a program that may be one of this agent's. */
export type HeardAuthor = ChangeAuthor | { readonly program: number };

/** Told of changes in a kernel. */
export type HearChanges = (places: ChangedPlaces, by: ChangeAuthor) => void;

/** The same by what the room knows. */
export type HearFromRoom = (places: ChangedPlaces, by: HeardAuthor) => void;

/** Places that come together one by one. */
export class PlacesSoFar {
  #parts = new Map<string, Set<Part>>();

  constructor(places: Places = new Map()) {
    this.addAll(places);
  }

  get places(): Places {
    return this.#parts;
  }

  get haveConnections(): boolean {
    return [...this.#parts.values()].some((parts) => parts.has("connections"));
  }

  add(place: string, parts: Iterable<Part>): void {
    const known = this.#parts.get(place);
    if (known === undefined) this.#parts.set(place, new Set(parts));
    else for (const part of parts) known.add(part);
  }

  addAll(places: Places): void {
    for (const [place, parts] of places) this.add(place, parts);
  }

  /** Takes everything out but those connections that nobody asks for yet. */
  take(isAskedFor: (place: string) => boolean): Places {
    const all = this.#parts;
    this.#parts = new Map();
    const taken = new Map<string, ReadonlySet<Part>>();
    for (const [place, parts] of all) {
      const waits = parts.has("connections") && !isAskedFor(place);
      if (waits) this.#parts.set(place, new Set(["connections"]));
      const now = waits ? new Set([...parts].filter((part) => allButConnections.has(part))) : parts;
      if (now.size > 0) taken.set(place, now);
    }
    return taken;
  }

  /** Takes out those parts wherever they are. */
  takeParts(taken: ReadonlySet<Part>): Places {
    const left = new PlacesSoFar();
    const out = new PlacesSoFar();
    for (const [place, parts] of this.#parts)
      for (const part of parts) (taken.has(part) ? out : left).add(place, [part]);
    this.#parts = left.#parts;
    return out.places;
  }

  clear(): void {
    this.#parts = new Map();
  }
}
