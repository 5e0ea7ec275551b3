/** Work that several queues have in their order. It begins when each of them has come to it, and each goes on when it is
 *  done. Whoever puts one into several queues does so in one turn: no two of them then wait for each other. */
export interface Meeting {
  /** Called by each queue once. */
  meet(): Promise<void>;
}

/** @param work never rejects. */
export function meetingOf(queues: number, work: () => Promise<void>): Meeting {
  let missing = queues;
  let begin = (): void => {};
  const done = new Promise<void>((resolve) => {
    begin = resolve;
  }).then(work);
  return {
    meet() {
      missing -= 1;
      if (missing === 0) begin();
      return done;
    },
  };
}
