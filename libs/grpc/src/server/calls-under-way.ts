/** Calls that are told to end together. An AbortSignal would do, were it not made to warn of a leak from its eleventh
 *  listener on: a server has as many calls at once as it has callers. */
export class CallsUnderWay {
  readonly #ends = new Set<() => void>();
  #over = false;

  /** @param end told when calls are to end; at once where that was said before.
   *  @returns lets go of the call, once it is over. */
  add(end: () => void): () => void {
    if (this.#over) end();
    else this.#ends.add(end);
    return () => this.#ends.delete(end);
  }

  endAll(): void {
    this.#over = true;
    for (const end of this.#ends) end();
    this.#ends.clear();
  }
}
