/** The bus can't be reached, or nobody there answered in time. Nothing is known of what was under way: ask again later. */
export class BusUnavailable extends Error {
  override readonly name = "BusUnavailable";

  constructor(reason: string, options?: ErrorOptions) {
    super(`the bus is unavailable: ${reason}`, options);
  }
}

/** A key or a stream is not where the writer believed it to be: somebody else wrote. Nothing was written; read it back. */
export class WrongRevision extends Error {
  override readonly name = "WrongRevision";
  readonly expected: number;

  constructor(what: string, expected: number, options?: ErrorOptions) {
    super(`${what} is not at revision ${expected}`, options);
    this.expected = expected;
  }
}

/** A message on the bus that is not what its subject or key promises. */
export class MalformedMessage extends Error {
  override readonly name = "MalformedMessage";

  constructor(what: string, reason: string, options?: ErrorOptions) {
    super(`${what}: ${reason}`, options);
  }
}
