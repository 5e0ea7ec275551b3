/** Gathers what is said in one turn of the event loop into one message, or into several where it is much. A connection writes at a
 *  turn's end what it was given before, and what it is given at the end with the next turn. So who says one thing a turn, as he
 *  did the last time, is not kept waiting for the end; what he says after that in the same turn is gathered.
 *  @param send one message of these parts. */
export function oneMessageATurn<Part>(
  sizeOf: (part: Part) => number,
  send: (parts: readonly Part[]) => void,
): (part: Part) => void {
  let gathered: Part[] = [];
  let bytes = 0;
  let saidThisTurn = 0;
  let saidMuch = false;
  const flush = (): void => {
    const parts = gathered;
    gathered = [];
    bytes = 0;
    if (parts.length > 0) send(parts);
  };
  const endTurn = (): void => {
    saidMuch = saidThisTurn > 1;
    saidThisTurn = 0;
    flush();
  };
  return (part) => {
    saidThisTurn += 1;
    if (saidThisTurn === 1) {
      setImmediate(endTurn);
      if (!saidMuch) process.nextTick(flush);
    }
    const size = sizeOf(part);
    if (bytes + size > messageBytes) flush();
    gathered.push(part);
    bytes += size;
  };
}

/** A receiver takes 4 MiB in one message. */
const messageBytes = 1 << 20;
