/** Gathers what is said in one turn of the event loop into one message, or into several where it is much.
 *  @param send one message of these parts. */
export function oneMessageATurn<Part>(
  sizeOf: (part: Part) => number,
  send: (parts: readonly Part[]) => void,
): (part: Part) => void {
  let gathered: Part[] = [];
  let bytes = 0;
  const flush = (): void => {
    const parts = gathered;
    gathered = [];
    bytes = 0;
    if (parts.length > 0) send(parts);
  };
  return (part) => {
    const size = sizeOf(part);
    if (bytes + size > messageBytes) flush();
    if (gathered.length === 0) setImmediate(flush);
    gathered.push(part);
    bytes += size;
  };
}

/** A receiver takes 4 MiB in one message. */
const messageBytes = 1 << 20;
